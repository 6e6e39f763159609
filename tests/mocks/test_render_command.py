"""`render`, as the command line."""

import pytest

from multus_lab.render import Manifest, stream
from tests.mocks.running import Run
from tests.mocks.test_cli import WITHOUT_DAEMON
from tests.upstream import documents

OWN = "{name: own, config: {cniVersion: 1.0.0, type: own}}"


@pytest.fixture
def rendered(dev_objects: list[Manifest], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every stack renders as the dev stack did before."""
    monkeypatch.setattr("multus_lab.render.manifests", lambda _: dev_objects)


def test_render_prints_one_stream(run: Run) -> None:
    code, out, err = run("render", "dev")
    assert (code, err) == (0, "")
    assert len(documents(out)) == 7


@pytest.mark.usefixtures("rendered")
def test_render_prints_the_crd_alone(run: Run) -> None:
    code, out, _ = run("render", "dev", "--crd")
    assert code == 0
    assert [one["kind"] for one in documents(out)] == ["CustomResourceDefinition"]


@pytest.mark.usefixtures("rendered")
def test_render_into_a_folder_prints_the_paths(run: Run) -> None:
    code, out, err = run("render", "dev", "--output", "manifests")
    assert (code, err) == (0, "")
    assert sorted(out.split()) == sorted(
        str(path.relative_to(run.folder)) for path in (run.folder / "manifests").iterdir()
    )


@pytest.mark.usefixtures("rendered")
def test_render_into_a_file_is_refused(run: Run) -> None:
    code, out, err = run("render", "dev", "--output", "Pulumi.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("multus-lab: Pulumi.yaml: ")
    assert err.count("\n") == 1


def test_render_of_several_stacks_has_daemons_first(run: Run, dev_objects: list[Manifest]) -> None:
    (run.folder / "Pulumi.a.yaml").write_text(f"{WITHOUT_DAEMON}  multus-lab:networks: [{OWN}]\n")
    code, out, err = run("render", "a", "dev", "a")
    assert (code, err) == (0, "")
    names = [one["metadata"]["name"] for one in documents(out)]
    assert names[-2:] == ["privatezone-macvlan-conf", "own"]
    assert names.count("own") == 1
    assert "kube-multus-ds" in names
    assert out == f"{stream(dev_objects)}---\n{run('render', 'a')[1]}"


@pytest.mark.parametrize("more", [[], ["--output", "manifests"]])
def test_render_of_stacks_that_make_one_object_is_refused(more: list[str], run: Run) -> None:
    for name in ("a", "b"):
        (run.folder / f"Pulumi.{name}.yaml").write_text(
            f"{WITHOUT_DAEMON}  multus-lab:networks: [{OWN}]\n"
        )
    code, out, err = run("render", "a", "b", *more)
    assert (code, out) == (1, "")
    assert err == (
        "multus-lab: stacks a and b both make NetworkAttachmentDefinition default/own: render each "
        "by itself, into a folder of its own\n"
    )
    assert not (run.folder / "manifests").exists()


def test_render_of_stacks_of_one_name_is_refused(run: Run) -> None:
    files = [run.folder / one / "Pulumi.a.yaml" for one in ("x", "y")]
    for file in files:
        file.parent.mkdir()
        file.write_text(WITHOUT_DAEMON)
    code, out, err = run("render", *map(str, files))
    assert (code, out) == (1, "")
    assert err.startswith(f"multus-lab: {files[0]} and {files[1]} are both called stack a: ")
