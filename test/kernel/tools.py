"""What other people's tools make of good and of failing TypeScript notebooks, in one of two kernels.

Prints JSON: for each case and tool whether the tool passed the notebook, and whether its words name the line of the cell that failed.
"""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import nbformat
from nbformat import v4

folder, kernel = Path(sys.argv[1]), sys.argv[2]


def notebook(sources, parameters=None):
    cells = [v4.new_code_cell(source) for source in sources]
    if parameters:
        cells.insert(0, v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    spec = {"name": kernel, "display_name": kernel, "language": "typescript"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


PARAMETERS = "let rate: number = 1;"
CASES = {
    "good": ["const a = 20;", "console.log(a * 2 + rate);", "a + 1"],
    "thrown error": ["const a = 1;", "function f() {\n  throw new Error('planted');\n}\nf();", "a"],
    "type error": ["const a = 1;", "const planted: string = a;", "a"],
    "rejected promise": ["const a = 1;", "Promise.reject(new Error('planted'));", "a"],
    "last of 21 cells": [f"const a{k} = {k};" for k in range(20)] + ["throw new Error('planted');"],
}


def run(*command):
    """Runs a program of Python's; whether it passed, and all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, timeout=380, check=False
    )
    return done.returncode == 0, done.stdout + done.stderr


def verdicts_of_pytest(option, names):
    """One run of pytest over all notebooks: by notebook, whether it passed and what was said about it."""
    report = folder / f"{option.strip('-')}.xml"
    _, said = run("pytest", "-p", "no:cacheprovider", option, f"--junitxml={report}", *names)
    found = {name: [True, ""] for name in names}
    if not report.exists():
        return {name: (False, said) for name in names}
    seen = set()
    for case in ElementTree.parse(report).iter("testcase"):
        about = " ".join(case.attrib.values()) + "".join(case.itertext()) + json.dumps([c.attrib for c in case])
        for name in names:
            if name.removesuffix(".ipynb") in about:
                seen.add(name)
                found[name][0] &= not any(child.tag in ("failure", "error") for child in case)
                found[name][1] += about
    return {name: (passed and name in seen, text) for name, (passed, text) in found.items()}


def in_one_process(body, names):
    """One process that calls a tool on each notebook in turn: by notebook, whether it passed and what was said."""
    code = "\n".join(
        [
            "import json, sys, traceback",
            "def call(name):",
            *(f"    {line}" for line in body),
            "verdicts = {}",
            "for name in sys.argv[1:]:",
            "    try:",
            "        call(name)",
            "        verdicts[name] = [True, '']",
            "    except BaseException:",
            "        verdicts[name] = [False, traceback.format_exc()]",
            "print('\\n' + json.dumps(verdicts))",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *names], cwd=folder, capture_output=True, text=True, timeout=380, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def nbclient(names):
    body = ["import nbclient, nbformat", "nbclient.NotebookClient(nbformat.read(name, 4), timeout=60).execute()"]
    return in_one_process(body, names)


def papermill(names):
    body = [
        "import papermill",
        "done = papermill.execute_notebook(name, 'milled-' + name, {'rate': 2}, progress_bar=False)",
        "texts = [output.get('text', '') for cell in done.cells for output in cell.get('outputs', [])]",
        "assert not name.startswith('good') or '42\\n' in texts, 'the parameter was not used'",
    ]
    return in_one_process(body, names)


def nbconvert(names):
    return {
        name: run("nbconvert", "--to", "notebook", "--execute", "--output", f"converted-{name}", name) for name in names
    }


def nbmake(names):
    return verdicts_of_pytest("--nbmake", names)


def nbval(names):
    return verdicts_of_pytest("--nbval", names)


TOOLS = (nbclient, nbconvert, papermill, nbmake, nbval)


def main():
    names = {}
    for case, sources in CASES.items():
        names[case] = f"{case.replace(' ', '_')}.ipynb"
        nbformat.write(notebook(sources, PARAMETERS), folder / names[case])
    # nbval compares with the outputs that a notebook holds: the good one is given those that it should have.
    good = notebook(CASES["good"], PARAMETERS)
    good.cells[2].outputs = [v4.new_output("stream", name="stdout", text="41\n")]
    good.cells[3].outputs = [v4.new_output("execute_result", {"text/plain": "21"}, execution_count=4)]
    for count, cell in enumerate(good.cells):
        cell.execution_count = count + 1
    nbformat.write(good, folder / names["good"])

    with ThreadPoolExecutor(3) as pool:
        jobs = {tool.__name__: pool.submit(tool, list(names.values())) for tool in TOOLS}
    table = {case: {tool: verdict(*job.result()[name]) for tool, job in jobs.items()} for case, name in names.items()}
    print(json.dumps(table))


def verdict(passed, said):
    # Colours aside, and in the XML of pytest's report as in a terminal.
    plain = re.sub(r"(\x1b|#x1B)\[[\d;]*m", "", said)
    says = "planted" in plain and re.search(r"In \[\d+\], line \d+", plain) is not None
    return {"passed": passed, "says": says, "said": plain[-3000:]}


os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
main()
