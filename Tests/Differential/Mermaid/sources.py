"""The sources that both are asked about: small ones by hand, one for each rule of the language, and larger random ones."""

import random
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

OLD_SHAPES = ["[{}]", "({})", "([{}])", "[[{}]]", "[({})]", "(({}))", ">{}]", "{{{}}}", "{{{{{}}}}}", "[/{}/]", "[\\{}\\]", "[/{}\\]", "[\\{}/]", "((({})))"]
NEW_SHAPES = (
    "rect proc process rounded event stadium pill terminal fr-rect subproc subroutine framed-rectangle cyl db database cylinder "
    "circle circ dbl-circ double-circle diam decision diamond question hex hexagon prepare lean-r lean-right in-out lean-l "
    "lean-left out-in trap-b priority trapezoid trapezoid-bottom trap-t manual inv-trapezoid trapezoid-top sm-circ start "
    "small-circle fr-circ stop framed-circle fork join f-circ junction filled-circle hourglass collate comment brace-l brace-r "
    "braces bolt com-link lightning-bolt doc document delay half-rounded-rectangle h-cyl das horizontal-cylinder lin-cyl disk "
    "lined-cylinder curv-trap display curved-trapezoid div-rect div-proc divided-rectangle tri extract triangle win-pane "
    "internal-storage window-pane notch-pent loop-limit notched-pentagon flip-tri manual-file flipped-triangle sl-rect "
    "manual-input sloped-rectangle docs documents st-doc st-rect procs processes stacked-rectangle paper-tape flag bow-rect "
    "stored-data bow-tie-rectangle cross-circ summary crossed-circle tag-doc tagged-document tag-rect tag-proc tagged-rectangle "
    "lin-doc lined-document lin-rect shaded-process lin-proc lined-rectangle notch-rect card notched-rectangle text odd"
).split()
LINKS = ["-->", "---", "-.->", "-.-", "==>", "===", "~~~", "--x", "--o", "<-->", "x--x", "o--o", "<-.->", "x-.-x", "o-.-o", "<==>", "x==x", "o==o", "---->", "-----", "-..->", "-...-", "====>", "=====", "~~~~", "--->", "-.-x", "==o"]
LABELLED = ["-->|{}|", "---|{}|", "-.->|{}|", "==>|{}|", "-- {} -->", "-- {} ---", "-. {} .->", "-. {} .-", "== {} ==>", "== {} ===", "<-- {} -->", "x-- {} --x"]


def flowcharts():
    for shape in OLD_SHAPES:
        yield f"flowchart LR\n  A{shape.format('two words')} --> B"
        yield f"flowchart TD\n  A{shape.format(chr(34) + 'quoted (text) [x] {y}' + chr(34))}"
    for shape in NEW_SHAPES:
        yield f'flowchart\n  A@{{ shape: {shape}, label: "A label" }} --> B'
    for link in LINKS:
        yield f"graph TD\nA {link} B\nB{link}C"
    for link in LABELLED:
        yield f"flowchart LR\nA {link.format('a label')} B\nB {link.format('second')} C"
    yield from lines(
        r"""
flowchart LR\nA --> B --> C --> D
flowchart LR\nA & B --> C & D
flowchart LR\nA --> B & C --> D & E -.-> F
flowchart LR\nA; B; A --> B;
graph TB; A-->B; B-->C;
flowchart BT\nA-->B
flowchart RL\nA-->B
flowchart TD\n%% a comment\nA-->B\n%% another
%%{init: {"theme": "dark"}}%%\nflowchart TD\nA-->B
---\ntitle: A title\n---\nflowchart TD\nA-->B
---\nconfig:\n  theme: forest\n---\nflowchart TD\nA-->B
flowchart TD\nsubgraph one\nA-->B\nend\nsubgraph two\nC-->D\nend\none-->two
flowchart TD\nsubgraph outer [Outer title]\nsubgraph inner [Inner title]\nA\nend\nB\nend\nA-->B
flowchart LR\nsubgraph S\ndirection TB\nA-->B\nend\nS-->C
flowchart LR\nsubgraph S ["Quoted (title)"]\nA\nend
flowchart LR\nsubgraph "Only a title"\nA\nend
flowchart LR\nsubgraph a b c\nA\nend
flowchart LR\nsubgraph S\nA\nend\nsubgraph T\nA\nB\nend
flowchart LR\nsubgraph S\nend
flowchart LR\nA:::hot --> B:::cold\nclassDef hot fill:#f00\nclassDef cold fill:#00f,stroke:#333
flowchart LR\nA-->B\nclass A,B big\nclassDef big font-size:20px
flowchart LR\nA-->B\nstyle A fill:#bbf,stroke:#f66,stroke-width:2px
flowchart LR\nA-->B-->C\nlinkStyle 0 stroke:red\nlinkStyle 0,1 stroke-width:4px\nlinkStyle default stroke:blue
flowchart LR\nA-->B\nclick A "https://example.com" "Tip" _blank
flowchart LR\nA-->B\nclick A href "https://example.com"
flowchart LR\nA-->B\nclick A callback "Tip"
flowchart LR\nA-->B\nclick A call callback()
flowchart LR\nA["A dec char:#9829;"]-->B["#quot;quoted#quot;"]
flowchart LR\nA["`**bold** and _it_`"]-->B
flowchart LR\nid1["Größe über Äpfel"]-->id2["日本語"]
flowchart LR\nÄ-->Ö
flowchart LR\na-b-->c_d\ne.f-->g
flowchart LR\nA["line one<br/>line two"]
flowchart LR\nA[first]\nA[second]
flowchart LR\nA-->A
flowchart LR\nA-->B\nA-->B
flowchart LR\nA --> |yes| B
flowchart LR\nA-->|"with (brackets)"|B
flowchart LR\n    A   -->    B
flowchart LR\nA e1@--> B\ne1@{ animate: true }
flowchart LR\nA@{ shape: rect }\nA["given"] --> B
flowchart LR\nA@{ label: "only a label" }
flowchart LR\nA@{\n  shape: diam\n  label: "a label"\n}
flowchart LR\naccTitle: A title\naccDescr: A description\nA-->B
flowchart LR\naccDescr {\nmany\nlines\n}\nA-->B
flowchart\nA-->B
graph LR\nA-->B
flowchart LR\n1-->2
flowchart LR\nA1[one]-->A2[two]-->A3[three]
flowchart LR\nA(round)-->B([stadium])-->C[[sub]]-->D[(db)]
flowchart LR\nstart-->stop\nA[end of it]
flowchart LR\nA["the end"]-->B
flowchart LR\nA--text-->B
flowchart LR\nA --text with spaces--- B
flowchart LR\nA --o B --x C
flowchart LR\nA[x] --> B[y]:::c
flowchart LR\n\n\nA-->B\n\n
flowchart LR
flowchart TD\nA{"Is it?"} -->|Yes| B\nA -->|No| C
flowchart TD\nA[/para/] --> B[\alt\] --> C[/trap\] --> D[\inv/]
flowchart LR\nA[text
flowchart LR\nA(text]
flowchart LR\nA --> 
flowchart LR\n--> B
flowchart LR\nA -> B
flowchart LR\nA - B
flowchart LR\nA --> B -->
flowchart LR\nsubgraph S\nA
flowchart LR\nend
flowchart LR\nA-->end
flowchart XY\nA-->B
flowchart LR\nA[text (with) brackets]
flowchart LR\nA["unclosed]
flowchart LR\nA & --> B
flowchart LR\nA B
flowchart LR\nA-->|label B
flowchart LR\nA@{ shape: nosuchshape }
flowchart LR\nclassDef
flowchart LR\nstyle A
flowchart LR\nlinkStyle 5 stroke:red\nA-->B
flowchart LR\nA ==> B ==
flowchart LR\nA{text}}
flowchart LR\nA{{text}
flowchart LR\nA["x"] "y"
flowchart LR\nA,B --> C
flowchart LR A-->B
flow LR\nA-->B
flowchartLR\nA-->B
"""
    )


def lines(text):
    for line in text.strip("\n").split("\n"):
        yield line.replace("\\n", "\n")


ARROWS = ["->", "-->", "->>", "-->>", "-x", "--x", "-)", "--)", "<<->>", "<<-->>"]


def sequences():
    for arrow in ARROWS:
        yield f"sequenceDiagram\nA{arrow}B: text"
        yield f"sequenceDiagram\nparticipant A\nactor B\nA {arrow} B : with blanks\nB{arrow}A: back"
    for block in ["loop", "opt", "break", "critical", "par", "alt", "rect rgb(0, 255, 0)"]:
        yield f"sequenceDiagram\nA->>B: one\n{block} a text\nB->>A: two\nend"
    yield from lines(
        r"""
sequenceDiagram\nparticipant A as Alice\nparticipant B as Bob the Builder\nA->>B: hi
sequenceDiagram\nactor A as Alice\nA->>A: to myself
sequenceDiagram\nA->>+B: call\nB-->>-A: answer
sequenceDiagram\nA->>B: call\nactivate B\nB-->>A: answer\ndeactivate B
sequenceDiagram\nA->>+B: one\nA->>+B: two\nB-->>-A: two\nB-->>-A: one
sequenceDiagram\nNote left of A: text\nNote right of B: text\nA->>B: x
sequenceDiagram\nparticipant A\nparticipant B\nNote over A,B: over both\nA->>B: x
sequenceDiagram\nNote over A: one<br/>two\nA->>B: x
sequenceDiagram\nautonumber\nA->>B: one\nB->>A: two
sequenceDiagram\nautonumber 10 5\nA->>B: one
sequenceDiagram\nautonumber off\nA->>B: one
sequenceDiagram\nalt is good\nA->>B: yes\nelse is bad\nA->>B: no\nelse\nA->>B: maybe\nend
sequenceDiagram\npar first\nA->>B: x\nand second\nA->>C: y\nand third\nA->>D: z\nend
sequenceDiagram\ncritical must\nA->>B: x\noption fails\nA->>C: y\noption late\nA->>D: z\nend
sequenceDiagram\nloop every minute\nalt a\nA->>B: x\nelse b\nopt c\nB->>A: y\nend\nend\nend
sequenceDiagram\nbox Aqua Group\nparticipant A\nparticipant B\nend\nbox Other\nparticipant C\nend\nA->>C: x
sequenceDiagram\nbox\nparticipant A\nend\nA->>B: x
sequenceDiagram\nbox rgb(33,66,99)\nparticipant A\nend\nA->>B: x
sequenceDiagram\nbox transparent Title\nparticipant A\nend\nA->>B: x
sequenceDiagram\nA->>B: one\ncreate participant C\nB->>C: make\ndestroy C\nB-xC: end
sequenceDiagram\nA->>B: text with : colon
sequenceDiagram\nA->>B: entity #35; and #9829;
sequenceDiagram\nA->>B: x; B->>A: y
sequenceDiagram\nAlice->>John Smith: two words
sequenceDiagram\nparticipant a-b\na-b->>c: x
sequenceDiagram\n%% comment\nA->>B: x %% not a comment
sequenceDiagram\ntitle A title\nA->>B: x
sequenceDiagram\ntitle: A title\nA->>B: x
---\ntitle: T\n---\nsequenceDiagram\nA->>B: x
sequenceDiagram\naccTitle: t\naccDescr: d\nA->>B: x
sequenceDiagram\nlink A: Docs @ https://example.com\nA->>B: x
sequenceDiagram\nlinks A: {"Docs": "https://example.com"}\nA->>B: x
sequenceDiagram\nÄ->>Ö: Grüße
sequenceDiagram\nparticipant A\nparticipant A as Again\nA->>B: x
sequenceDiagram\nA->>B:
sequenceDiagram\nA->>B: wrap: long text
sequenceDiagram
sequenceDiagram\nrect rgba(0,0,255,.1)\nrect rgb(200,0,0)\nA->>B: x\nend\nend
sequenceDiagram\nnote right of A: lower case\nA->>B: x
sequenceDiagram\nA->>B\nB->>A: x
sequenceDiagram\nA B: x
sequenceDiagram\nloop forever\nA->>B: x
sequenceDiagram\nend
sequenceDiagram\nelse\nA->>B: x
sequenceDiagram\nalt a\nA->>B: x\nand b\nend
sequenceDiagram\nparticipant
sequenceDiagram\nNote over: x
sequenceDiagram\nNote A: x
sequenceDiagram\nNote left A: x
sequenceDiagram\nA->>: x
sequenceDiagram\n->>B: x
sequenceDiagram\nA-->>>B: x
sequenceDiagram\nA=>B: x
sequenceDiagram\ndeactivate A\nA->>B: x
sequenceDiagram\nA->>B: x\nB-->>-A: y
sequenceDiagram\nbox\nA->>B: x\nend
sequenceDiagram\nactivate\nA->>B: x
sequencediagram\nA->>B: x
sequenceDiagram A->>B: x
"""
    )


def states():
    yield from lines(
        r"""
stateDiagram-v2\n[*] --> A\nA --> B\nB --> [*]
stateDiagram\n[*] --> A\nA --> [*]
stateDiagram-v2\nA --> B : a label
stateDiagram-v2\nA --> B: a label
stateDiagram-v2\nA : A description
stateDiagram-v2\nA : one\nA : two
stateDiagram-v2\nstate "A long name" as A\nA --> B
stateDiagram-v2\nstate A
stateDiagram-v2\nA
stateDiagram-v2\nstate A {\n[*] --> B\nB --> C\nC --> [*]\n}\n[*] --> A
stateDiagram-v2\nstate A {\nstate B {\n[*] --> C\n}\n[*] --> B\n}
stateDiagram-v2\nstate "Outer name" as A {\nB --> C\n}
stateDiagram-v2\nstate A {\nB --> C\n}\nstate D {\nE --> F\n}\nA --> D
stateDiagram-v2\nstate c <<choice>>\nA --> c\nc --> B : yes\nc --> C : no
stateDiagram-v2\nstate f <<fork>>\nstate j <<join>>\n[*] --> f\nf --> A\nf --> B\nA --> j\nB --> j\nj --> [*]
stateDiagram-v2\nstate c [[choice]]\nA --> c
stateDiagram-v2\nA --> B\nnote right of A : text
stateDiagram-v2\nA --> B\nnote left of B\nmany\nlines\nend note
stateDiagram-v2\nstate A {\nB --> C\n--\nD --> E\n--\nF --> G\n}
stateDiagram-v2\ndirection LR\nA --> B
stateDiagram-v2\nstate A {\ndirection LR\nB --> C\n}
stateDiagram-v2\n%% comment\nA --> B
stateDiagram-v2\nclassDef bad fill:#f00\nA --> B\nclass B bad
stateDiagram-v2\nclassDef bad fill:#f00\nA --> B:::bad
stateDiagram-v2\nclassDef bad fill:#f00\nclassDef big font-size:20px\nA:::bad --> B
stateDiagram-v2\nclass A, B big\nA --> B
stateDiagram-v2\nstyle A fill:#f00\nA --> B
stateDiagram-v2\nhide empty description\nA --> B
stateDiagram-v2\nscale 350 width\nA --> B
stateDiagram-v2\nA --> A : again
stateDiagram-v2\nA --> B\nA --> B
stateDiagram-v2\nA --> B : one\nA --> B : two
stateDiagram-v2\nÄ --> Ö : über
stateDiagram-v2\nstate "Ä Ö" as x\nx --> y
stateDiagram-v2\naccTitle: t\naccDescr: d\nA --> B
---\ntitle: T\n---\nstateDiagram-v2\nA --> B
stateDiagram-v2\nA --> B : with #35; entity
stateDiagram-v2\nA --> B : line<br/>break
stateDiagram-v2\nstate A {\n}\nA --> B
stateDiagram-v2\nA --> state1\nstate1 --> state2
stateDiagram-v2\n[*] --> A\nstate A {\n[*] --> X\n}\nstate B {\n[*] --> Y\n}\nA --> B\nB --> [*]
stateDiagram-v2\nA --> B\nstate B {\nC --> D\n}
stateDiagram-v2\nstate fork_state <<fork>>\n[*] --> fork_state\nfork_state --> State2
stateDiagram-v2\nlong_id_1 --> long_id_2 : goes on
stateDiagram-v2\nA --> B : x : y
stateDiagram-v2
stateDiagram-v2\nA -> B
stateDiagram-v2\nA -->
stateDiagram-v2\n--> B
stateDiagram-v2\nstate A {\nB --> C
stateDiagram-v2\n}
stateDiagram-v2\nA --> B --> C
stateDiagram-v2\nstate "no end as A
stateDiagram-v2\nstate
stateDiagram-v2\nnote right of A
stateDiagram-v2\nnote over A : x
stateDiagram-v2\nstate a <<nosuch>>
stateDiagram-v2\nA ==> B
stateDiagram-v2\nA --> B {
stateDiagram-v2\ndirection XX\nA --> B
stateDiagram-v3\nA --> B
"""
    )


RELATIONS = ["<|--", "--|>", "*--", "--*", "o--", "--o", "-->", "<--", "--", "..>", "<..", "..|>", "<|..", "..", "<-->", "*--*", "o--o", "<|--|>", "*-->", "o..", "..*", "<|--o"]


def classes():
    for relation in RELATIONS:
        yield f"classDiagram\nA {relation} B"
        yield f"classDiagram\nclass A\nclass B\nA{relation}B : label"
    yield from lines(
        r"""
classDiagram\nclass A
classDiagram\nclass A {\n+int x\n-String y\n#run() bool\n~go(int a, int b)\n}
classDiagram\nA : +int x\nA : +run()
classDiagram\nA "1" --> "*" B : has
classDiagram\nA "1" *-- "0..1" B
classDiagram\nclass A~T~\nclass B~List~int~~\nA --> B
classDiagram\nclass A~T~ {\n+get() T\n+List~int~ all\n}
classDiagram\nclass A["A label"]\nA --> B
classDiagram\nclass A["With (signs) and #35;"]
classDiagram\nclass `odd name!`\n`odd name!` --> B
classDiagram\n<<interface>> A\nA <|.. B
classDiagram\nclass A {\n<<enumeration>>\nRED\nGREEN\n}
classDiagram\nclass A\n<<service>> A
classDiagram\nnamespace N {\nclass A\nclass B {\n+int x\n}\n}\nA --> B
classDiagram\nnamespace N {\nclass A\n}\nnamespace M {\nclass B\n}\nA --> B
classDiagram\nnote "a note"\nA --> B
classDiagram\nclass A\nnote for A "about it"
classDiagram\ndirection LR\nA --> B
classDiagram\n%% comment\nA --> B
classDiagram\nclass A:::hot\nclassDef hot fill:#f00
classDiagram\nclass A\ncssClass "A" hot
classDiagram\nclass A\nstyle A fill:#f9f
classDiagram\nclass A\nclick A href "https://example.com" "tip"
classDiagram\nclass A\nlink A "https://example.com"
classDiagram\nclass A\ncallback A "fn"
classDiagram\nA --> B : one\nA --> B : two
classDiagram\nA --> A
classDiagram\nA ()-- B
classDiagram\nA --() B
classDiagram\naccTitle: t\naccDescr: d\nA --> B
---\ntitle: T\n---\nclassDiagram\nA --> B
classDiagram\nclass A {\n+static()$ int\n+abstract()* int\n-field$\n}
classDiagram\nclass A {\n}
classDiagram\nclass Ärger {\n+int größe\n}
classDiagram\nclass A1\nclass B_2\nclass C-3\nA1 --> B_2
classDiagram\nclass A {\n+map~String, int~ m\n}
classDiagram\nclass A { +int x }
classDiagram\nclassA <|-- classB
classDiagram\nA <|-- B\nA <|-- C\nB : +int x\nC : run()
classDiagram\nclass A["x"]:::hot {\n+int y\n}
classDiagram-v2\nA --> B
classDiagram
classDiagram\nA -> B
classDiagram\nA -->
classDiagram\nclass
classDiagram\nclass A {\n+int x
classDiagram\n}
classDiagram\nA <|--<| B
classDiagram\nA B
classDiagram\nnamespace N {\nclass A
classDiagram\nnamespace {\nclass A\n}
classDiagram\nA "1 --> B
classDiagram\n<<interface A
classDiagram\nnote for "x"
classDiagram\nA === B
"""
    )


CARDINALITIES = [("||", "||"), ("|o", "o|"), ("}|", "|{"), ("}o", "o{"), ("||", "o{"), ("}|", "||"), ("|o", "|{"), ("}o", "o|")]
WORDS = ["one to one", "only one to zero or one", "one or more to zero or many", "one to many(0)", "many(1) to one", "1+ to 0+", "zero or one to one or many", "u"]


def entities():
    for left, right in CARDINALITIES:
        for line in ["--", ".."]:
            yield f"erDiagram\nA {left}{line}{right} B : has"
    for words in WORDS:
        yield f"erDiagram\nA {words} B : has"
        yield f"erDiagram\nA {words.replace(' to ', ' optionally to ')} B : has"
    yield from lines(
        r"""
erDiagram\nA
erDiagram\nA ||--o{ B : "has many"
erDiagram\nA ||--o{ B : ""
erDiagram\nA ||--o{ B
erDiagram\nA {\nint id\nstring name\n}
erDiagram\nA {\nint id PK\nint b FK\nstring c UK\n}
erDiagram\nA {\nint id PK, FK "a comment"\nstring name "x"\n}
erDiagram\nA {\n}
erDiagram\nA {\nvarchar(20) name\nint[] list\n}
erDiagram\nA {\nint *id\n}
erDiagram\nA["An alias"] {\nint id\n}\nA ||--|| B : x
erDiagram\nA[Alias] ||--|| B : x
erDiagram\np[Person]\na["Customer Account"]\np ||--o| a : has
erDiagram\n"Two Words" ||--|| B : x
erDiagram\nLINE-ITEM ||--|| ORDER_2 : x
erDiagram\nA ||--|| B : x\nB ||--|| C : y\nC }o..o{ A : z
erDiagram\nA ||--|| A : itself
erDiagram\nA ||--|| B : x\nA ||--|| B : y
erDiagram\n%% comment\nA ||--|| B : x
erDiagram\ndirection LR\nA ||--|| B : x
erDiagram\nA:::hot ||--|| B : x\nclassDef hot fill:#f00
erDiagram\nA ||--|| B : x\nclass A hot
erDiagram\nA ||--|| B : x\nstyle A fill:#f00
erDiagram\naccTitle: t\naccDescr: d\nA ||--|| B : x
---\ntitle: T\n---\nerDiagram\nA ||--|| B : x
erDiagram\nÄrger ||--|| Öl : über
erDiagram\nA ||--|| B : x\nA {\nint id\n}\nA {\nint second\n}
erDiagram\nA { int id string name }
erDiagram\nA to B : x
erDiagram
erDiagram\nA ||--
erDiagram\nA ||-|| B : x
erDiagram\nA |--|| B : x
erDiagram\nA {\nint\n}
erDiagram\nA {\nint id
erDiagram\nA ||--|| B : two words
erDiagram\nA {\nint id XX\n}
erDiagram\n}
erDiagram\nA ||--|| : x
erDiagram\n||--|| B : x
erDiagram\nA ||==|| B : x
erDiagram\n"open ||--|| B : x
"""
    )


def timelines():
    yield from lines(
        r"""
timeline\n2002 : one
timeline\ntitle A title\n2002 : one : two : three
timeline\n2002 : one\n: two\n: three
timeline\n2002\n2004 : x
timeline\nsection First\n2002 : a\nsection Second\n2004 : b
timeline\ntitle T\nsection S one\n2002 : a : b\n2003 : c\nsection S two\n2004 : d
timeline\n2002 : one<br>two
timeline\n2002 : one<br/>two : three
timeline\n17th century : Printing : Steam
timeline\n%% comment\n2002 : one
timeline\nÜber 2002 : größer
timeline\naccTitle: t\naccDescr: d\n2002 : one
---\ntitle: T\n---\ntimeline\n2002 : one
timeline\n   2002   :   one   :  two
timeline\n2002 : one\n\n2003 : two\n
timeline\n2002 : a-b c_d (e) [f]
timeline\n2002 : 12#58;30
timeline\n2002 : one, two; three
timeline\nsection Only
timeline\ntitle Only
timeline
timeline\nA period : with "quotes"
timeline\nA period : with 'single'
timeline\nsection A : x
timeline\n2002 :
timeline\n2002 : a :
timeline\n2002 : a : : b
timeline\n : lonely
timeline\n2002 one\n2003 two
timeline\nexpand : a : b
timeline\n1 : a\n2 : b\n3 : c\n4 : d\n5 : e
timeline LR\n2002 : one
timeline TD\n2002 : one
timelines\n2002 : one
"""
    )


# ── Random, valid ───────────────────────────────────────────────────────────

NOUNS = ["cache", "queue", "leader", "replica", "gateway", "api", "worker", "store", "client", "lock"]
VERBS = ["asks", "reads", "writes to", "copies", "waits for", "tells"]


def random_flowchart(rng):
    ids = [f"n{i}" for i in range(rng.randint(3, 12))]
    out = [f"flowchart {rng.choice(['LR', 'TB', 'TD', 'RL', 'BT'])}"]
    depth = 0
    for name in ids:
        if rng.random() < 0.2:
            out.append(f"subgraph g{name}[{rng.choice(NOUNS)} group]")
            depth += 1
        out.append(name + rng.choice(OLD_SHAPES).format(f"{rng.choice(NOUNS)} {name}"))
        if depth and rng.random() < 0.3:
            out.append("end")
            depth -= 1
    out += ["end"] * depth
    for _ in range(rng.randint(2, 16)):
        link = rng.choice(LINKS) if rng.random() < 0.5 else rng.choice(LABELLED).format(rng.choice(VERBS))
        left, right = (" & ".join(rng.sample(ids, rng.randint(1, 2))) for _ in range(2))
        out.append(f"{left} {link} {right}")
    return "\n".join(out)


def random_sequence(rng):
    names = rng.sample(NOUNS, rng.randint(2, 5))
    out = ["sequenceDiagram"] + [f"{rng.choice(['participant', 'actor'])} {name} as The {name}" for name in names]
    closing = []
    for _ in range(rng.randint(3, 18)):
        draw = rng.random()
        if draw < 0.12:
            out.append(f"{rng.choice(['loop', 'opt', 'break'])} {rng.choice(VERBS)}")
            closing.append("end")
        elif draw < 0.2:
            out.append(f"alt {rng.choice(VERBS)}")
            out.append(f"{rng.choice(names)}->>{rng.choice(names)}: first")
            out.append(f"else {rng.choice(VERBS)}")
            closing.append("end")
        elif draw < 0.3 and closing:
            out.append(closing.pop())
        elif draw < 0.38:
            out.append(f"Note over {rng.choice(names)}: {rng.choice(VERBS)}")
        else:
            out.append(f"{rng.choice(names)}{rng.choice(ARROWS)}{rng.choice(names)}: {rng.choice(VERBS)}")
    return "\n".join(out + closing)


def random_state(rng, depth=0, prefix="s"):
    names = [f"{prefix}{i}" for i in range(rng.randint(2, 5))]
    out = ["stateDiagram-v2"] if depth == 0 else []
    out.append(f"[*] --> {names[0]}")
    for name in names:
        if depth < 2 and rng.random() < 0.2:
            out += [f"state {name} {{"] + random_state(rng, depth + 1, f"{name}_") + ["}"]
        elif rng.random() < 0.3:
            out.append(f'state "{rng.choice(NOUNS)} {name}" as {name}')
    for _ in range(rng.randint(1, 6)):
        label = f" : {rng.choice(VERBS)}" if rng.random() < 0.5 else ""
        out.append(f"{rng.choice(names)} --> {rng.choice(names)}{label}")
    if rng.random() < 0.6:
        out.append(f"{names[-1]} --> [*]")
    return "\n".join(out) if depth == 0 else out


def random_class(rng):
    names = [f"{rng.choice(NOUNS).title()}{i}" for i in range(rng.randint(2, 6))]
    out = ["classDiagram"]
    for name in names:
        if rng.random() < 0.6:
            out += [f"class {name} {{", f"+int {rng.choice(NOUNS)}", f"+{rng.choice(NOUNS)}(int a) bool", "}"]
    for _ in range(rng.randint(1, 8)):
        label = f" : {rng.choice(VERBS)}" if rng.random() < 0.5 else ""
        out.append(f"{rng.choice(names)} {rng.choice(RELATIONS)} {rng.choice(names)}{label}")
    return "\n".join(out)


def random_entity(rng):
    names = [f"{rng.choice(NOUNS).upper()}_{i}" for i in range(rng.randint(2, 6))]
    out = ["erDiagram"]
    for name in names:
        if rng.random() < 0.6:
            out += [f"{name} {{", "int id PK", f'string {rng.choice(NOUNS)} "{rng.choice(VERBS)}"', "}"]
    for _ in range(rng.randint(1, 8)):
        left, right = rng.choice(CARDINALITIES)
        out.append(f'{rng.choice(names)} {left}{rng.choice(["--", ".."])}{right} {rng.choice(names)} : "{rng.choice(VERBS)}"')
    return "\n".join(out)


def random_timeline(rng):
    out = ["timeline", "title A history"]
    for year in range(rng.randint(2, 9)):
        if rng.random() < 0.3:
            out.append(f"section Part {year}")
        out.append(f"{2000 + year} : " + " : ".join(rng.choice(VERBS) for _ in range(rng.randint(1, 4))))
    return "\n".join(out)


RANDOM = {
    "flowchart": random_flowchart, "sequence": random_sequence, "state": random_state, "class": random_class, "er": random_entity,
    "timeline": random_timeline,
}
WRITTEN = {"flowchart": flowcharts, "sequence": sequences, "state": states, "class": classes, "er": entities, "timeline": timelines}
RANDOM_PER_KIND = 40


def catalogue():
    for path in sorted(ROOT.glob("catalogue/*/*.md")):
        _, fence, rest = path.read_text().partition("```mermaid\n")
        if fence:
            yield path.stem, rest.split("```", 1)[0]


def everything():
    """Names and sources; the same in every run."""
    for kind, written in WRITTEN.items():
        for number, source in enumerate(written(), 1):
            yield f"{kind}-{number}", source
        rng = random.Random(f"{kind} 1")
        for number in range(1, RANDOM_PER_KIND + 1):
            yield f"{kind}-random-{number}", RANDOM[kind](rng)
    yield from catalogue()
