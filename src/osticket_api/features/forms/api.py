"""Public interface of forms for the rest of the application.

Filling in: `topic_forms` or `load_form`, `validate`, `create_entries` or `create_entry`. Changing: `load_entries`,
`validate_changes`, `save_answers`. Showing: `read_answers`, `read_named_answers`, `open_answer_file`;
`custom_field_labels`. Describing: `topic_schema`, `schema_of_new`, `schema_of`. Indexing: `search_content`,
`search_contents`.
"""

from osticket_api.features.forms.answer_addresses import with_plain_urls
from osticket_api.features.forms.answer_files import open_answer_file
from osticket_api.features.forms.answers import (
    custom_field_labels,
    read_answers,
    read_named_answers,
    search_content,
    search_contents,
    select_answer,
)
from osticket_api.features.forms.entries import create_entries, create_entry, delete_entries, delete_entry, save_answers
from osticket_api.features.forms.fields import (
    VIEW,
    Actor,
    Answer,
    Audience,
    Field,
    Unfit,
    display,
    parse,
    read,
    search_text,
)
from osticket_api.features.forms.model import BUILT_IN, Answers, Entry, Form, TopicForm, disabled_fields, list_ids
from osticket_api.features.forms.queries import load_entries, load_form, load_forms, topic_forms
from osticket_api.features.forms.references import References
from osticket_api.features.forms.responses import FormSchema, NamedField
from osticket_api.features.forms.schema import form_schema, schema_of, schema_of_new, topic_schema
from osticket_api.features.forms.validation import validate, validate_changes

__all__ = [
    "BUILT_IN",
    "VIEW",
    "Actor",
    "Answer",
    "Answers",
    "Audience",
    "Entry",
    "Field",
    "Form",
    "FormSchema",
    "NamedField",
    "References",
    "TopicForm",
    "Unfit",
    "create_entries",
    "create_entry",
    "custom_field_labels",
    "delete_entries",
    "delete_entry",
    "disabled_fields",
    "display",
    "form_schema",
    "list_ids",
    "load_entries",
    "load_form",
    "load_forms",
    "open_answer_file",
    "parse",
    "read",
    "read_answers",
    "read_named_answers",
    "save_answers",
    "schema_of",
    "schema_of_new",
    "search_content",
    "search_contents",
    "search_text",
    "select_answer",
    "topic_forms",
    "topic_schema",
    "validate",
    "validate_changes",
    "with_plain_urls",
]
