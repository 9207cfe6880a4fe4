"""Socket.IO packets of which none is right: each closes the connection and hurts nobody else."""
from cases import case, each
from protocol import CONNECT_ERROR, PLACEHOLDER, Client, EnginePolling
from wire import Closed, expect

LENIENT = "python-socketio is lenient"

# Malformed packets, on a connection of the main namespace

MALFORMED = {
    "nothing": [""], "an unknown type": ["7"], "type 9": ['9["message"]'], "a letter": ["abc"],
    "a second CONNECT": ["0"], "a second CONNECT with data": ['0{"token":"x"}'],
    "an event for a namespace without CONNECT": ['2/custom,["message",1]'],
    "an event for an unknown namespace": ['2/random,["message",1]'],
    "an acknowledgement for a namespace without CONNECT": ["3/custom,1[]"],
    "CONNECT_ERROR of the client": ['4{"message":"no"}'], "CONNECT_ERROR for another namespace": ['4/custom,{"message":"no"}'],
    "an event without payload": ["2"], "an event that is an object": ["2{}"], "an event that is a string": ['2"message"'],
    "an empty event": ["2[]"], "an event named null": ["2[null]"], "an event named by an object": ["2[{}]"],
    "an event named true": ["2[true]"], "an event named by a list": ['2[["message"]]'],
    "an event that is no JSON": ['2["message"'], "an event with rubbish behind it": ['2["message",1]x'],
    "an event in single quotes": ["2['message']"], "an event with a comma too many": ['2["message",]'],
    "an event with a wrong number": ['2["message",01]'], "an event with NaN": ['2["message",NaN]'],
    "an event with a control character": ['2["message","\n"]'], "an event with a wrong escape": ['2["message","\\x41"]'],
    "an event with half an escape": ['2["message","\\u00"]'],
    **{f"the reserved name {name}": [f'2["{name}"]'] for name in (
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")},
    "a reserved name that is escaped": ['2["\\u0063onnect"]'],
    "an acknowledgement without payload": ["31"], "an acknowledgement that is an object": ["31{}"],
    "an acknowledgement that is a string": ['31"a"'], "an acknowledgement that is no JSON": ["31[1"],
    "a disconnect with data": ["1{}"], "a disconnect with a list": ["1[1]"], "a disconnect with a string": ['1"a"'],
    "a namespace without end": ["2/custom"], "a negative id": ['2-1["message-with-ack"]'],
    "no count of attachments": ['5["message"]'], "a count without a dash": ['51["message"]'],
    "a count that is no number": ['5x-["message"]'], "a negative count": ['5-1-["message"]'],
    "a fractional count": ['51.5-["message"]'], "eleven attachments": ['511-["message"]'],
    "a count above 2^64": ['5' + '9' * 30 + '-["message"]'], "a count with 1,000 digits": ["5" + "1" * 1_000 + "-[]"],
    "a binary event without payload": ["51-"], "a binary event that is empty": ["51-[]"],
    "a binary event that is an object": ["51-{}"], "a binary acknowledgement that is an object": ["61-1{}"],
    "text while an attachment is outstanding": [f'51-["message",{PLACEHOLDER % 0}]', '2["message",1]'],
    "a disconnect while an attachment is outstanding": [f'51-["message",{PLACEHOLDER % 0}]', "1"],
    "binary that nothing announced": [b"\x01"],
    "one attachment too many": [f'51-["message",{PLACEHOLDER % 0}]', b"\x01", b"\x02"],
    **{f"placeholder number {number}": [f'51-["message",{PLACEHOLDER % number}]', b"\x01"] for number in (
        "1", "-1", "1.5", '"0"', "null", "true", "[]", "{}", "1e9", "0.1", "9223372036854775808", '"__proto__"')},
    "a placeholder without number": ['51-["message",{"_placeholder":true}]', b"\x01"],
    "a placeholder in a nested place out of range": [f'51-["message",{{"a":[{PLACEHOLDER % 3}]}}]', b"\x01"],
    "a placeholder with no attachments": [f'50-["message",{PLACEHOLDER % 0}]'],
    "a placeholder as the name": [f'51-[{PLACEHOLDER % 0}]', b"message"],
    "JSON 100 deep": ['2["message",' + "[" * 100 + "]" * 100 + "]"],
    "JSON 100 deep in objects": ['2["message",' + '{"a":' * 100 + "1" + "}" * 100 + "]"],
    "1 MB of [": ["2" + "[" * 999_000], "1 MB of {": ['2["a",' + '{"a":' * 199_000],
    "an event too deep in an acknowledgement": ["31" + "[" * 100 + "]" * 100],
}


@each("malformed, closed: {}", MALFORMED, differs=LENIENT)
def malformed(servers, messages):
    client = Client(servers.plain)
    try:
        for message in messages:
            client.engine.send(message if isinstance(message, bytes) else "4" + message)
    except Closed:
        pass
    client.ended()


POLLED = ["nothing", "an event without payload", "a second CONNECT", "binary that nothing announced", "1 MB of [",
          "eleven attachments", "text while an attachment is outstanding"]


@each("malformed, closed, over polling: {}", {name: MALFORMED[name] for name in POLLED}, differs=LENIENT)
def malformed_polling(servers, messages):
    client = Client(servers.plain, EnginePolling)
    try:
        for message in messages:
            client.engine.send(message if isinstance(message, bytes) else "4" + message)
    except Closed:
        pass
    client.ended()


FIRST = {
    "an event": '2["message",1]', "an acknowledgement": "31[]", "a disconnect": "1", "CONNECT_ERROR": "4{}",
    "a binary event": '50-["message"]', "rubbish": "abc", "CONNECT with a list": "0[]",
    "CONNECT with a string": '0"abc"', "CONNECT with a number": "0 5", "CONNECT with null": "0null", "CONNECT with true": "0true",
    "CONNECT that is no JSON": '0{"a":', "CONNECT with rubbish behind it": '0{"a":1}x',
    "CONNECT of a namespace with a list": "0/custom,[]", "CONNECT 100 deep": '0{"a":' + "[" * 100 + "]" * 100 + "}",
}


@each("first packet, closed: {}", FIRST, differs=LENIENT)
def first_packet(servers, message):
    client = Client(servers.plain, connect=False)
    client.send(message)
    client.ended()


@case("JSON 60 deep passes")
def deep_enough(servers):
    client = Client(servers.plain)
    value = 1
    for _ in range(58):
        value = [value]
    client.emit("message", value)
    expect(client.event(), ["message-back", value], "event")


@each("a namespace of {} bytes is refused, or the connection closed", [65, 1_000, 100_000])
def long_namespace(servers, length):
    client = Client(servers.plain, connect=False)
    client.send("0/" + "n" * (length - 1) + ",")
    try:
        expect(client.packet().type, CONNECT_ERROR, "type")
    except Closed:
        pass


@case("after each malformed packet the same client may come again")
def come_again(servers):
    for _ in range(20):
        client = Client(servers.plain)
        client.send("abc")
        client.close()
    Client(servers.plain).silent()
