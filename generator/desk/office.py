"""What a desk works with: its settings, its forms, and a job for each way in which a form is made into documents."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from generator.catalogue import Catalogue, Form
from generator.configuration import Configuration, load_configuration
from generator.errors import BiaodanError
from generator.job import Job
from generator.numbers import STORE, Numbers
from generator.rules import Policy, load_policy
from generator.wording import Lang


@dataclass(frozen=True)
class Setup:
    """What another process needs to work as this one does: files of settings and policies, by their paths."""

    settings: str = ""
    policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """How a form is made into documents. `mask`: None for the form's own way; `fillable`: to be filled in on screen."""

    form: str
    lang: Lang
    mask: bool | None = None
    fillable: bool = False


@dataclass
class Office:
    """A desk's settings and forms, read once."""

    setup: Setup
    _jobs: dict[Way, Job] = field(default_factory=dict)

    @cached_property
    def configuration(self) -> Configuration:
        """Return the settings; those of nobody where there are none."""
        return load_configuration(Path(self.setup.settings)) if self.setup.settings else Configuration()

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the shipped forms and the desk's own."""
        folder = self.configuration.forms
        return Catalogue() if folder is None else Catalogue(own=folder)

    @cached_property
    def policy(self) -> Policy:
        """Return the policy that holds."""
        return load_policy(*map(Path, self.setup.policies))

    @cached_property
    def numbers(self) -> Numbers:
        """Return what gives out numbers by the patterns of the settings; it has none where there are no settings."""
        desk = self.configuration
        folder = desk.path.parent if desk.path else Path()
        return Numbers(folder / STORE, desk.numbers)

    @cached_property
    def forms(self) -> list[Form]:
        """Return every sound form, by stage of the work."""
        return self.catalogue.forms()[0]

    def find(self, name: str) -> Form | None:
        """Return the sound form of an id; None where there is none, or it has become faulty."""
        try:
            return self.catalogue.find(name)
        except BiaodanError:
            return None

    @cached_property
    def _shipped(self) -> Catalogue:
        return Catalogue(())

    def shipped(self, name: str) -> Form | None:
        """Return the form of an id as it is shipped."""
        return self._shipped.find(name)

    def job(self, way: Way) -> Job:
        """Return the job of a way, made once.

        Raises UsageError for a form that isn't there.
        """
        if way not in self._jobs:
            desk = self.configuration
            self._jobs[way] = Job(
                form=self.catalogue.form(way.form),
                lang=way.lang,
                policy=self.policy,
                mask=way.mask,
                folders=self.catalogue.template_folders(),
                catalogue=self.catalogue,
                profile=desk.profile,
                theme=desk.theme,
                fillable=way.fillable,
            )
        return self._jobs[way]
