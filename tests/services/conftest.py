from tests.batch.conftest import job, lines  # noqa: F401
