"""Prints «passed failed skipped» of a trx file; to stderr the reason of each skip and the beginning of each failure."""
import sys
import xml.etree.ElementTree as tree

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"

root = tree.parse(sys.argv[1]).getroot()
counts = {"Passed": 0, "Failed": 0, "NotExecuted": 0}
for result in root.iter(NAMESPACE + "UnitTestResult"):
    outcome = result.get("outcome", "Failed")
    outcome = outcome if outcome in counts else "Failed"
    counts[outcome] += 1
    if outcome != "Passed":
        message = result.find(f".//{NAMESPACE}Message")
        reason = (message.text or "").strip() if message is not None else ""
        word = "skipped" if outcome == "NotExecuted" else "FAILED"
        print(f"{word}: {result.get('testName')}: {' '.join(reason.split())[:600]}", file=sys.stderr)
# A crashed or hung host leaves no result for the test it died in, but says so in the summary.
summary = root.find(NAMESPACE + "ResultSummary")
if summary is not None and summary.get("outcome") == "Failed" and counts["Failed"] == 0:
    counts["Failed"] = 1
print(counts["Passed"], counts["Failed"], counts["NotExecuted"])
