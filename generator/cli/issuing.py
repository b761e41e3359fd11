"""Documents given out from a case: written, summed up, and noted in the case file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli.faults import exit_if_faulty, print_faults
from generator.cli.messages import message
from generator.cli.options import DocumentOptions
from generator.cli.telling import say

if TYPE_CHECKING:
    from generator.case import Case
    from generator.casework.issue import Issue
    from generator.job import Job


def give_out(path: Path, options: DocumentOptions, made_of: Callable[[Case], tuple[Job, Issue]]) -> None:
    """Write the documents that are to be given out from a case file, and note them in it; `made_of`: what they are.

    The case file stays as it was where a document can't be made.
    """
    from generator.api import make_policy
    from generator.case import load_case
    from generator.casework.issue import noted
    from generator.cli.arguments import existing_files
    from generator.cli.output import output_of, stem_of
    from generator.cli.own import catalogue, is_dry
    from generator.cli.writing import Work, write_all, writing_options
    from generator.held import holding

    output = output_of(options["out"], options["formats"])
    lang = options["lang"]
    with holding(path, "E-case-locked"):
        case = load_case(path, catalogue(), make_policy(existing_files(options["policy"])), lang)
        job, issue = made_of(case)
        job = replace(job, revision=issue.revision)
        composed = list(job.documents(issue.source(job, case)))
        print_faults([warning for one in composed for warning in one.warnings], lang)
        exit_if_faulty([fault for one in composed for fault in one.faults], lang)
        made = [one for one in composed if one.document is not None]
        further = f"-{issue.count}" if issue.count > 1 else ""
        targets = output.targets([stem_of(one.document, one.identity) + further for one in made if one.document], lang)
        work = [Work(one.document, files, one.place) for one, files in zip(made, targets, strict=True) if one.document]
        how = {"force": options["force"], "as_json": options["as_json"]}
        exit_if_faulty(write_all(work, **how, lang=lang, writing=writing_options(options)), lang)
        if is_dry():
            return
        if made and not issue.note.get("reference") and made[0].identity:
            issue = replace(issue, note={**issue.note, "reference": made[0].identity})
        case = noted(case, issue, [target.path for files in targets for target in files])
        write_case(path, case)
    say(message("case_issue.noted", lang).format(number=len(case.issued)))


def write_case(path: Path, case: Case) -> None:
    """Write a case file whole; it replaces the one that was read."""
    from generator.files import write_whole
    from generator.strict_json import written

    content = written(case.as_json(), indent=2) + "\n"
    write_whole(path, content.encode(), replace=True)
