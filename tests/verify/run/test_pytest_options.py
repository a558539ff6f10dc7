"""The command's own option names under pytest: declared last, and only where nobody has them."""

from __future__ import annotations

import pytest

from tests.processes import run

OTHER = """
def pytest_addoption(parser):
    parser.addoption("--html", default="none")
    parser.addoption("--profile", default="none")

def pytest_configure(config):
    config.other = config.getoption("html"), config.getoption("profile")
"""
TESTS = """
from billing_verify.run.pytest_options import OPTIONS

def test_each_has_its_own(pytestconfig):
    options = pytestconfig.stash[OPTIONS]
    print("theirs", *pytestconfig.other)
    print("ours", options.html_report, options.profile.name, options.budget, sorted(options.clauses))
"""
PLACES = {
    "before ours": (
        "other_plugin.py",
        ["-p", "other_plugin", "-p", "billing_verify.plugin"],
    ),
    "after ours": (
        "other_plugin.py",
        ["-p", "billing_verify.plugin", "-p", "other_plugin"],
    ),
    "in a conftest": ("conftest.py", ["-p", "billing_verify.plugin"]),
}


def pytest_of(folder, *arguments):
    return run(
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        *arguments,
        cwd=folder,
        PYTHONPATH=str(folder),
    )


@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_somebody_else_owns_stays_theirs(tmp_path, place):
    name, plugins = PLACES[place]
    (tmp_path / name).write_text(OTHER)
    (tmp_path / "test_own.py").write_text(TESTS)

    ended = pytest_of(
        tmp_path,
        *plugins,
        *("--html", "theirs.html", "--profile", "fast"),
        *("--billing-html", "ours.html", "--billing-profile", "quick"),
        *(
            "--budget",
            "7",
            "--clause",
            "debit.exact",
            "--billing-clause",
            "debit.shape",
        ),
        "test_own.py",
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "theirs theirs.html fast" in ended.stdout
    assert "ours ours.html quick 7 ['debit.exact', 'debit.shape']" in ended.stdout


def test_a_name_that_nobody_owns_is_ours(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "def pytest_configure(config): config.other = ()\n"
    )
    (tmp_path / "test_own.py").write_text(TESTS)
    arguments = [
        "--profile",
        "quick",
        "--html",
        "ours.html",
        "--seed",
        "5",
        "test_own.py",
    ]

    ended = pytest_of(tmp_path, "-p", "billing_verify.plugin", *arguments)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "ours ours.html quick 25 []" in ended.stdout


def test_the_strictness_of_pytest_stays_its_own(tmp_path):
    (tmp_path / "test_own.py").write_text(
        "from billing_verify.run.pytest_options import OPTIONS\n"
        "def test_it(pytestconfig): assert not pytestconfig.stash[OPTIONS].strict\n"
    )

    helped = pytest_of(tmp_path, "-p", "billing_verify.plugin", "--help").stdout
    ended = pytest_of(
        tmp_path, "-p", "billing_verify.plugin", "--strict-markers", "test_own.py"
    )

    assert "The same as --billing-account-url." in helped
    assert "The same as --billing-strict." not in helped
    assert ended.returncode == 0, ended.stdout


def test_a_conftest_that_loads_the_plugin_gets_the_long_names_only(tmp_path):
    (tmp_path / "conftest.py").write_text(
        'pytest_plugins = ["billing_verify.plugin", "other_plugin"]\n'
    )
    (tmp_path / "other_plugin.py").write_text(OTHER)
    (tmp_path / "test_own.py").write_text(TESTS)

    ended = pytest_of(
        tmp_path, "--profile", "fast", "--billing-profile", "quick", "test_own.py"
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "theirs none fast" in ended.stdout
    assert "ours None quick 25 []" in ended.stdout


def test_the_checkout_takes_them_too():
    arguments = ("--plan", "--account", "a", "--budget", "3", "--profile", "quick")

    ended = run("pytest", "contract_tests", "-p", "no:cacheprovider", *arguments)

    assert "at most 3 units of the named accounts" in ended.stdout
    assert "profile     quick" in ended.stdout
