"""`osticket-api doctor` looks at files outside the database: their places, and whether they are there."""

from pathlib import Path

from osticket_api.doctor.findings import Finding, Level
from osticket_api.doctor.storage import examine_files
from tests.features.files.test_storage import in_bucket, in_folder, once, set_up, upload
from tests.fixtures.api import Api, settings_for_tests
from tests.fixtures.s3 import Store

pytestmark = once


def examined(api: Api) -> Finding:
    settings = settings_for_tests(secret_salt=api.database.secret_salt)
    (finding,) = api.client.portal.call(examine_files, api.database, settings)  # type: ignore[union-attr]
    return finding


def test_files_in_the_database_are_fine(api: Api) -> None:
    assert examined(api).level is Level.ok


def test_a_folder_is_looked_at_with_its_newest_files(api: Api, tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    in_folder(api, folder)
    assert f"names the folder {folder}, which is not there" in examined(api).message
    folder.mkdir()
    kept, lost = upload(api).data["id"], upload(api).data["id"]
    assert examined(api).level is Level.ok
    newest = max(folder.glob("?/*"), key=lambda path: path.stat().st_mtime_ns)
    newest.unlink()
    found = examined(api)
    assert (found.level, bool(found.mend)) == (Level.warning, True)
    assert f"1 of its newest 2 files are not there (ids {lost})" in found.message, kept


def test_a_folder_that_nobody_may_look_for_is_not_there(api: Api) -> None:
    in_folder(api, "/" + "a" * 300)
    found = examined(api)
    assert (found.level, found.message.endswith("which is not there.")) == (Level.failure, True)


def test_a_bucket_is_asked_for_files_or_for_itself(api: Api, s3: Store) -> None:
    for key in s3.list():
        s3.drop(key)
    in_bucket(api)
    assert examined(api).level is Level.ok
    upload(api)
    assert examined(api).level is Level.ok
    s3.drop(s3.list()[0])
    assert "1 of its newest 1 files are not there" in examined(api).message


def test_a_bucket_that_is_not_there_is_a_failure(api: Api, s3: Store) -> None:
    in_bucket(api, bucket="no-such-bucket")
    found = examined(api)
    assert (found.level, "there is no bucket no-such-bucket" in found.message) == (Level.failure, True)


def test_an_unknown_plugin_is_a_failure(api: Api) -> None:
    set_up(api, "storage-tape", "9", lambda namespace, salt: {})
    found = examined(api)
    assert (found.level, "does not know (9)" in found.message) == (Level.failure, True)
