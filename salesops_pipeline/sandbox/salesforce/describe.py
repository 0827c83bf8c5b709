"""The org described: which objects and fields there are, in the shapes of the describe resources.

Custom fields come out of the same schema as standard ones, so a client finds them here and nowhere else.
"""

from __future__ import annotations

from typing import Any

from salesops_pipeline.sandbox.salesforce.predicates import TEXT_TYPES, UNFILTERABLE_TYPES
from salesops_pipeline.sandbox.salesforce.relationships import relationship_name
from salesops_pipeline.sandbox.schema import SOBJECTS, Field, SObject

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "percent": "xsd:double",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}


def global_describe(data_path: str) -> dict[str, Any]:
    """``/sobjects``: all objects, without their fields."""
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [_summary(sobject, data_path) for sobject in SOBJECTS.values()],
    }


def describe(sobject: SObject, data_path: str) -> dict[str, Any]:
    """``/sobjects/<X>/describe``: one object with its fields and who refers to it."""
    return {
        "actionOverrides": [],
        "childRelationships": _child_relationships(sobject),
        "fields": [_field(field) for field in sobject.fields],
        "namedLayoutInfos": [],
        "recordTypeInfos": [],
        "supportedScopes": [{"label": f"All {sobject.label}s", "name": "everything"}],
        **_summary(sobject, data_path),
    }


def _summary(sobject: SObject, data_path: str) -> dict[str, Any]:
    path = f"{data_path}/sobjects/{sobject.name}"
    return {
        "activateable": False,
        "createable": False,
        "custom": sobject.name.endswith("__c"),
        "customSetting": False,
        "deletable": sobject.deletable,
        "deprecatedAndHidden": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": f"{sobject.label}s",
        "mergeable": sobject.has("MasterRecordId"),
        "name": sobject.name,
        "queryable": True,
        "replicateable": sobject.replicateable,
        "retrieveable": True,
        "searchable": False,
        "triggerable": False,
        "undeletable": sobject.has("IsDeleted"),
        "updateable": False,
        "urls": {"sobject": path, "describe": f"{path}/describe", "rowTemplate": f"{path}/{{ID}}"},
    }


def _child_relationships(sobject: SObject) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": False,
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "relationshipName": None,
            "restrictedDelete": False,
        }
        for child in SOBJECTS.values()
        for field in child.fields
        if sobject.name in field.reference_to
    ]


def _field(field: Field) -> dict[str, Any]:
    filterable = field.type not in UNFILTERABLE_TYPES
    return {
        "aggregatable": True,
        "autoNumber": False,
        "byteLength": field.length * 3 if field.type in TEXT_TYPES else field.length,
        "calculated": False,
        "caseSensitive": False,
        "compoundFieldName": None,
        "createable": False,
        "custom": field.custom,
        "defaultValue": False if field.type == "boolean" else None,
        "defaultedOnCreate": field.type == "boolean",
        "deprecatedAndHidden": False,
        "digits": field.precision if field.type == "int" else 0,
        "encrypted": False,
        "externalId": False,
        "filterable": filterable,
        "groupable": filterable and field.type not in ("currency", "double", "percent", "datetime"),
        "idLookup": field.type == "id",
        "inlineHelpText": None,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name",
        "nillable": field.nillable,
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}
            for value in field.picklist
        ],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": 0 if field.type == "int" else field.precision,
        "referenceTo": list(field.reference_to),
        "relationshipName": relationship_name(field),
        "restrictedPicklist": False,
        "scale": field.scale,
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": filterable,
        "type": field.type,
        "unique": False,
        "updateable": False,
    }
