"""nbgrader's part of grading TypeScript notebooks: Cofi's judge in the place of a kernel that runs tests and submission alike.

A course folder's nbgrader_config.py calls `configure(c)`. From then on `nbgrader autograde`, Formgrader and
`npm run course -- grade` give the same marks.
"""

import hashlib
import json
import os
import subprocess
import sys

from jupyter_client.kernelspec import KernelSpecManager
from nbformat.notebooknode import from_dict
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

STUB = 'throw new Error("Write this, then run the cell.");'


def configure(c):
    """Sets what a course of TypeScript notebooks needs; whatever is set after it wins."""
    # nbgrader starts alembic, a program of this environment, by its name.
    programs = os.path.dirname(sys.executable)
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + os.environ["PATH"]
    c.ClearSolutions.code_stub = {"typescript": STUB, "python": "raise NotImplementedError()"}
    c.ClearSolutions.begin_solution_delimeter = "BEGIN SOLUTION"
    c.ClearSolutions.end_solution_delimeter = "END SOLUTION"
    # A test that was deleted scores nothing: put back it would run where it does not belong.
    c.OverwriteCells.add_missing_cells = False
    own = "cofi_grading."
    nbgrader = "nbgrader.preprocessors."
    c.Autograde.sanitize_preprocessors = [
        nbgrader + "ClearOutput",
        own + "RestoreMetadata",
        nbgrader + "DeduplicateIds",
        nbgrader + "OverwriteKernelspec",
        nbgrader + "OverwriteCells",
        nbgrader + "CheckCellMetadata",
    ]
    c.Autograde.autograde_preprocessors = [
        own + "Judge",
        nbgrader + "LimitOutput",
        nbgrader + "SaveAutoGrades",
        nbgrader + "AssignLatePenalties",
        nbgrader + "CheckCellMetadata",
    ]


def places(preprocessor, resources):
    """The course's folder, and the files of the notebook's source and of what was submitted."""
    coursedir = preprocessor.parent.parent.coursedir
    names = resources["nbgrader"]
    file = names["notebook"] + ".ipynb"
    source = coursedir.format_path(coursedir.source_directory, ".", names["assignment"])
    submitted = coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"])
    return coursedir.root, os.path.join(source, file), os.path.join(submitted, file)


def read(file):
    with open(file, encoding="utf-8") as opened:
        return json.load(opened)


class RestoreMetadata(NbGraderPreprocessor):
    """Gives the cells of a submission nbgrader's flags as they are in the source, whatever was done to them."""

    def preprocess(self, nb, resources):
        _, source, _ = places(self, resources)
        known = {}
        for cell in read(source)["cells"]:
            metadata = cell.get("metadata", {}).get("nbgrader", {})
            if "grade_id" in metadata:
                known[metadata["grade_id"]] = metadata
        for cell in nb.cells:
            given = cell.metadata.get("nbgrader")
            if given is None:
                continue
            name = given.get("grade_id") if isinstance(given, dict) else None
            original = known.get(name) if isinstance(name, str) else None
            if original is None:
                del cell.metadata["nbgrader"]
            else:
                cell.metadata["nbgrader"] = from_dict(dict(original))
        return nb, resources


class Judge(NbGraderPreprocessor):
    """Puts into each cell what the judge saw it put out; a test that did not pass holds an error."""

    def preprocess(self, nb, resources):
        course, source, submitted = places(self, resources)
        names = resources["nbgrader"]
        judged = kept(course, names, source, submitted) or judge(source, submitted)
        if "problem" in judged:
            raise RuntimeError("The submission could not be judged: " + judged["problem"])
        outputs = judged["outputs"]
        passed = {test["name"] for test in judged["tests"] if test["passed"]}
        for at, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs = [from_dict(output) for output in outputs.get(str(at), [])]
            cell.execution_count = None
            is_test = utils.is_grade(cell) and not utils.is_solution(cell)
            failed = any(output.output_type == "error" for output in cell.outputs)
            if is_test and cell.metadata.nbgrader["grade_id"] not in passed and not failed:
                # Without an output nbgrader would give it all of its points.
                cell.outputs.append(from_dict(NOT_RUN))
        return nb, resources


NOT_RUN = {
    "output_type": "error",
    "ename": "NotRun",
    "evalue": "This test did not run.",
    "traceback": ["NotRun: This test did not run."],
}


def digest(*files):
    """What a judgement is of: it is kept for as long as these files stay the same."""
    found = hashlib.sha256()
    for file in files:
        with open(file, "rb") as opened:
            found.update(hashlib.sha256(opened.read()).digest())
    return found.hexdigest()


def kept(course, names, source, submitted):
    """What `npm run course -- grade` has found out about the submission, if that is what it was of."""
    file = os.path.join(course, ".cofi", "judged", names["assignment"], names["student"], names["notebook"] + ".json")
    try:
        found = read(file)
    except (OSError, ValueError):
        return None
    return found["judged"] if found["of"] == digest(source, submitted) else None


def judge(source, submitted):
    """Judges one submission now."""
    node, kernel = KernelSpecManager().get_kernel_spec("tslab").argv[:2]
    program = os.path.join(os.path.dirname(kernel), "..", "grading", "main.js")
    folders = [os.path.abspath(os.path.dirname(file)) for file in (submitted, source)]
    request = {"source": os.path.abspath(source), "submitted": os.path.abspath(submitted), "files": folders}
    done = subprocess.run([node, program], input=json.dumps(request) + "\n", capture_output=True, text=True)
    lines = done.stdout.splitlines()
    if len(lines) < 2:
        raise RuntimeError("The judge did not answer: " + done.stderr)
    return json.loads(lines[1])


def settings(course):
    """The course's nbgrader_config.py, read."""
    from traitlets.config import Config, PyFileConfigLoader

    config = Config(PyFileConfigLoader("nbgrader_config.py", path=course).load_config())
    config.CourseDirectory.root = course
    return config


def record(course, assignment):
    """Autogrades the students named on standard input, one a line, and answers each with a line of JSON."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    os.chdir(course)
    config = settings(course)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    for line in sys.stdin:
        student = line.rstrip("\n")
        result = api.autograde(assignment, student, force=True)
        answer = {"student": student, "right": bool(result["success"])}
        if not result["success"]:
            answer["log"] = (result.get("error") or "") + (result.get("log") or "")
        print(json.dumps(answer), flush=True)


def marks(course):
    """Prints what stands in the gradebook, each submission a line of JSON."""
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

    coursedir = CourseDirectory(config=settings(course))
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        for assignment in gradebook.assignments:
            for submission in gradebook.assignment_submissions(assignment.name):
                cells = [
                    {
                        "name": grade.name,
                        "score": grade.score,
                        "most": grade.max_score,
                        "waits": bool(grade.needs_manual_grade),
                    }
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                ]
                print(json.dumps({
                    "student": submission.student.id,
                    "assignment": assignment.name,
                    "score": max(0, submission.score - (submission.late_submission_penalty or 0)),
                    "most": submission.max_score,
                    "penalty": submission.late_submission_penalty or 0,
                    "cells": cells,
                }))


def students(*files):
    """Prints the students' versions of notebooks, as a release makes them: a list of texts, in JSON."""
    import nbformat
    from nbgrader.preprocessors import (
        CheckCellMetadata, ClearHiddenTests, ClearMarkScheme, ClearOutput, ClearSolutions, ComputeChecksums, LockCells,
    )
    from traitlets.config import Config

    config = Config()
    configure(config)
    steps = [LockCells, ClearSolutions, ClearOutput, CheckCellMetadata]
    steps += [ClearHiddenTests, ClearMarkScheme, ComputeChecksums, CheckCellMetadata]
    released = []
    for file in files:
        notebook = nbformat.read(file, as_version=nbformat.NO_CONVERT)
        name = os.path.splitext(os.path.basename(file))[0]
        for step in steps:
            notebook, _ = step(config=config).preprocess(notebook, {"nbgrader": {"notebook": name}})
        released.append(nbformat.writes(notebook))
    print(json.dumps(released))


if __name__ == "__main__":
    {"record": record, "marks": marks, "students": students}[sys.argv[1]](*sys.argv[2:])
