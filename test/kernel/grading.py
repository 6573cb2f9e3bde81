"""nbgrader's scores of four submissions to one TypeScript assignment, as JSON: by student, [score, maximum]."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

folder, kernel = Path(sys.argv[1]), sys.argv[2]

SOLUTION = "function square(n: number): number {\n  // BEGIN SOLUTION\n  return n * n;\n  // END SOLUTION\n}"
SUBMISSIONS = {
    "correct": "function square(n: number): number {\n  return n * n;\n}",
    "wrong": "function square(n: number): number {\n  return n + n + 1;\n}",
    "empty": "",
    "broken": 'function square(n: number): number {\n  return "nine";\n}',
}
TESTS = [
    "if (square(3) !== 9) throw new Error(`square(3) must be 9, got ${square(3)}`);",
    "for (const n of [-1, 4, 10])\n  if (square(n) !== n * n) throw new Error(`square(${n}) must be ${n * n}, got ${square(n)}`);",
]
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "cofi"
c.ClearSolutions.code_stub = {"typescript": "// YOUR CODE HERE"}
c.ExecutePreprocessor.timeout = 60
"""


def cell(source, name, solution=False, points=0):
    about = {"grade_id": name, "solution": solution, "grade": points > 0, "locked": not solution, "schema_version": 3, "task": False}
    if points:
        about["points"] = points
    return v4.new_code_cell(source, metadata={"nbgrader": about})


# nbgrader looks for alembic, which is installed beside Python, on the PATH.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def nbgrader(*command):
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command], cwd=folder, capture_output=True, text=True, timeout=380, check=False
    )
    return done.stdout + done.stderr


spec = {"name": kernel, "display_name": kernel, "language": "typescript"}
cells = [cell(SOLUTION, "square", solution=True)]
cells += [cell(test, f"test-{k}", points=k + 1) for k, test in enumerate(TESTS)]
(folder / "source" / "ps1").mkdir(parents=True)
nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), folder / "source" / "ps1" / "task.ipynb")
(folder / "nbgrader_config.py").write_text(CONFIG)
said = nbgrader("generate_assignment", "ps1")
for student, code in SUBMISSIONS.items():
    task = nbformat.read(folder / "release" / "ps1" / "task.ipynb", 4)
    task.cells[0].source = code
    (folder / "submitted" / student / "ps1").mkdir(parents=True)
    nbformat.write(task, folder / "submitted" / student / "ps1" / "task.ipynb")
said += nbgrader("autograde", "ps1")

from nbgrader.api import Gradebook, MissingEntry  # noqa: E402

scores = {}
with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
    for student in SUBMISSIONS:
        try:
            submission = book.find_submission("ps1", student)
            graded = (folder / "autograded" / student / "ps1" / "task.ipynb").exists()
            scores[student] = [submission.score, submission.max_score] if graded else None
        except MissingEntry:
            scores[student] = None
print(json.dumps({"scores": scores, "said": said[-6000:]}))
