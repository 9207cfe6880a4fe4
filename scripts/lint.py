#!/usr/bin/env python3
"""What the formatter cannot see: functions over 70 lines, files over 500, marks of unfinished work."""
import pathlib
import re
import sys

FUNCTION_LINES = 70
FILE_LINES = 500
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|fatalError\(|\btry!|\bas! ")
FUNCTION = re.compile(r"^(\s*)(?:@\w+(?:\([^)]*\))?\s+)*(?:[a-z]+(?:\([a-z]+\))?\s+)*(?:func\s+[\w`]+|init\??\s*[(<])")

findings = []
for path in sorted([*pathlib.Path("Sources").rglob("*.swift"), *pathlib.Path("Tests").rglob("*.swift")]):
    lines = path.read_text().split("\n")
    if len(lines) > FILE_LINES:
        findings.append(f"{path}: {len(lines)} lines; are these two subjects?")
    open_function = None
    for number, line in enumerate(lines, 1):
        if path.parts[0] == "Sources" and MARKS.search(line):
            findings.append(f"{path}:{number}: {line.strip()}")
        if (found := FUNCTION.match(line)) and open_function is None and not line.rstrip().endswith("}"):
            open_function = (number, found.group(1))
        elif open_function and line.rstrip() in (open_function[1] + "}", open_function[1] + "},"):
            if number - open_function[0] + 1 > FUNCTION_LINES:
                findings.append(f"{path}:{open_function[0]}: a function of {number - open_function[0] + 1} lines")
            open_function = None
        elif open_function and line.strip() and len(line) - len(line.lstrip()) < len(open_function[1]):
            open_function = None
for finding in findings:
    print(finding)
sys.exit(1 if findings else 0)
