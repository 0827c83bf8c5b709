"""What the org says about itself: versions, resources, limits, objects and fields."""

from __future__ import annotations

import httpx

from salesops_pipeline.sandbox.schema import SOBJECTS
from tests.sandbox.salesforce.tiny_company import DATA


def test_versions_need_no_token(org: httpx.Client) -> None:
    versions = httpx.get(f"{org.base_url}/services/data").json()
    assert {"label": "Winter '25", "url": "/services/data/v62.0", "version": "62.0"} in versions


def test_objects(org: httpx.Client) -> None:
    answer = org.get(f"{DATA}/sobjects").json()
    names = {sobject["name"]: sobject for sobject in answer["sobjects"]}
    assert set(names) == set(SOBJECTS)
    assert names["Opportunity"]["urls"]["describe"] == f"{DATA}/sobjects/Opportunity/describe"
    assert names["Opportunity"]["keyPrefix"] == "006"


def test_fields_of_an_object(org: httpx.Client) -> None:
    answer = org.get(f"{DATA}/sobjects/opportunity/describe/").json()
    fields = {field["name"]: field for field in answer["fields"]}
    assert tuple(fields) == SOBJECTS["Opportunity"].field_names
    assert fields["Amount"] | {"type": "currency", "precision": 18, "scale": 2, "nillable": True} == fields["Amount"]
    account = {"type": "reference", "referenceTo": ["Account"], "relationshipName": "Account", "length": 18}
    assert fields["AccountId"] | account == fields["AccountId"]
    assert "Closed Won" in [choice["value"] for choice in fields["StageName"]["picklistValues"]]
    custom = {name for name, field in fields.items() if field["custom"]}
    assert custom == {name for name in fields if name.endswith("__c")}
    assert custom


def test_who_refers_to_an_object(org: httpx.Client) -> None:
    relations = org.get(f"{DATA}/sobjects/Account/describe").json()["childRelationships"]
    assert ("Opportunity", "AccountId") in {(relation["childSObject"], relation["field"]) for relation in relations}


def test_every_field_of_every_object_can_be_queried(org: httpx.Client) -> None:
    for sobject in org.get(f"{DATA}/sobjects").json()["sobjects"]:
        fields = [field["name"] for field in org.get(sobject["urls"]["describe"]).json()["fields"]]
        answer = org.get(f"{DATA}/queryAll", params={"q": f"SELECT {', '.join(fields)} FROM {sobject['name']} LIMIT 1"})
        assert answer.status_code == 200, answer.text


def test_what_is_not_there(org: httpx.Client) -> None:
    missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
    for path in (f"{DATA}/sobjects/Unicorn/describe", "/services/data/v9.0/limits", f"{DATA}/nowhere"):
        answer = org.get(path)
        assert (answer.status_code, answer.json()) == (404, missing)
    assert org.post(f"{DATA}/limits").status_code == 405


def test_limits_and_the_usage_header_agree(org: httpx.Client) -> None:
    answer = org.get(f"{DATA}/limits")
    used, allowed = answer.headers["Sforce-Limit-Info"].removeprefix("api-usage=").split("/")
    assert answer.json()["DailyApiRequests"] == {"Max": int(allowed), "Remaining": int(allowed) - int(used)}
    following = org.get(DATA)
    assert following.headers["Sforce-Limit-Info"] == f"api-usage={int(used) + 1}/{allowed}"
    assert following.json()["queryAll"] == f"{DATA}/queryAll"
