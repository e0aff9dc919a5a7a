"""The newsroom's content (``deploy/newsroom``): outlets and their stories."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

NEWSROOM = Path(__file__).parents[3] / "deploy" / "newsroom"
CORRECTED = ".corrected"
"""``NAME.corrected.md`` beside ``NAME.md`` is what the story says later."""


class Outlet(BaseModel):
    """One feed of the newsroom and the host it lives on; `deploy/newsroom/README.md` explains the fields.

    `delivery` ``full`` puts the whole text into the feed, ``summary`` a summary there and the text on the page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    about: str
    format: Literal["rss", "atom", "rdf", "json"]
    language: str
    delivery: Literal["full", "summary"]
    template: str
    encoding: str = "utf-8"
    json_ld: bool = False
    description: bool = False
    sections: tuple[str, ...] = ()
    more: str = ""
    footer: str = ""
    delay_seconds: float = 0
    fail_first: int = 0
    down: bool = False


class Story(BaseModel):
    """One version of one story. `id` is ``<outlet>/<file name>``; `poison` is the slug of the dead letter that its page must become."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    date: AwareDatetime
    updated: AwareDatetime | None = None
    authors: tuple[str, ...] = ()
    kind: Literal["policy", "near-miss", "other"]
    summary: str | None = None
    body: str
    template: str | None = None
    also_in: tuple[str, ...] = ()
    withdrawn: bool = False
    poison: str | None = None
    correction: "Story | None" = None

    @property
    def outlet(self) -> str:
        """The id of the outlet that wrote it."""
        return self.id.partition("/")[0]

    @property
    def path(self) -> str:
        """The path of its page, which no correction moves."""
        return f"/{self.date:%Y/%m}/{self.id.partition('/')[2]}.html"

    @property
    def changed(self) -> datetime:
        """When it was last changed."""
        return self.updated or self.date

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as paragraphs; lines within one are kept (they matter on a labelled page)."""
        return tuple(part.strip() for part in self.body.split("\n\n") if part.strip())


class Newsroom(BaseModel):
    """All outlets, all stories (newest first) and the page templates (file name → text)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlets: tuple[Outlet, ...] = Field(min_length=1)
    stories: tuple[Story, ...]
    templates: Mapping[str, str]

    def listed(self, outlet: str) -> tuple[Story, ...]:
        """Return the first versions of the stories in an outlet's feed, its own and those it carries from others, newest first."""
        return tuple(story for story in self.stories if outlet in (story.outlet, *story.also_in))

    def outlet(self, name: str) -> Outlet:
        """Return the outlet with that id."""
        return next(outlet for outlet in self.outlets if outlet.id == name)


def load(folder: Path = NEWSROOM) -> Newsroom:
    """Return the newsroom in a folder.

    Raises:
        ValueError: A file does not have the form that the folder's README describes; the text names the file.
    """
    outlets = [Outlet(**fields) for fields in yaml.safe_load((folder / "feeds.yaml").read_text("utf-8"))["feeds"]]
    stories = sorted((_story(path, outlets) for path in _firsts(folder)), key=lambda story: story.date, reverse=True)
    templates = {path.name: path.read_text("utf-8") for path in sorted((folder / "templates").glob("*.html"))}
    return Newsroom(outlets=tuple(outlets), stories=tuple(stories), templates=templates)


def _firsts(folder: Path) -> Iterator[Path]:
    return (path for path in sorted((folder / "stories").glob("*/*.md")) if not path.stem.endswith(CORRECTED))


def _story(path: Path, outlets: list[Outlet]) -> Story:
    try:
        later = path.with_name(f"{path.stem}{CORRECTED}.md")
        correction = Story(**_read(path, later)) if later.exists() else None
        story = Story(**_read(path, path), correction=correction)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: {error}") from error
    if fault := _fault(story, {outlet.id: outlet for outlet in outlets}):
        raise ValueError(f"{path}: {fault}")
    return story


def _read(first: Path, path: Path) -> dict[str, Any]:
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    fields: dict[str, Any] = yaml.safe_load(front)
    return fields | {"id": f"{first.parent.name}/{first.stem}", "body": body.strip()}


def _fault(story: Story, outlets: Mapping[str, Outlet]) -> str | None:
    if unknown := {story.outlet, *story.also_in} - outlets.keys():
        return f"feeds.yaml has no {', '.join(sorted(unknown))}"
    if story.also_in and (story.correction or story.withdrawn):
        return "a syndicated story is neither corrected nor withdrawn (each host would see it at its own time)"
    if outlets[story.outlet].delivery == "full" and (story.withdrawn or story.poison):
        return "only a story whose page is fetched can be withdrawn or be poison"
    if story.correction and (story.correction.changed <= story.date or story.correction.date != story.date):
        return "the correction keeps the date and has a later one as `updated`"
    return "poison has no summary" if story.poison and story.summary else None
