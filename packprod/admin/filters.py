"""Filters of a table's change list: a small form each, whose values become the source's filters.

An invalid value leads to the whole list with a message; it is never silently left out.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.admin import ListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.template.loader import get_template
from unfold.widgets import INPUT_CLASSES, UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget

from packprod.admin.held import Held
from packprod.admin.table_model import TableQuerySet

_PLAUSIBLE = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]  # an instant has an end


_SHOWN: Held[str] = Held(most=1_000)


class FilterForm(forms.Form):
    """The fields of one filter, named like the parameters in the address."""

    use_required_attribute = False


class TableFilter(ListFilter):
    """Subclasses give `title` and `form_class`; each field that is filled in is one filter of the source."""

    template = "packprod_admin/filter.html"
    form_class: ClassVar[type[FilterForm]]

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        given = {name: params.pop(name)[-1] for name in self.expected_parameters() if name in params}
        self.form = self.form_class(given or None)
        self.used_parameters = {name: text for name, text in given.items() if text}

    def expected_parameters(self) -> list[str | None]:
        return list(self.form_class.base_fields)

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """The form's fields as unfold shows them. They are the same for all who have filled in the same."""
        yield {"html": _SHOWN.get(self._shown(), self._rendered)}

    def _shown(self) -> Hashable:
        """All that the fields show: what is filled in, and what can be chosen."""
        fields = [cast(Any, field) for field in self.form.fields.values() if isinstance(field, forms.ChoiceField)]
        filled_in = tuple(self.form.data.items()) if self.form.is_bound else None
        return self.form_class, filled_in, tuple(tuple(field.choices) for field in fields)

    def _rendered(self) -> str:
        return get_template("unfold/filters/filters_field.html").render({"choices": [{"form": self.form}]})

    def queryset(  # type: ignore[override]  # a TableQuerySet is no QuerySet
        self, request: HttpRequest, queryset: TableQuerySet[Any]
    ) -> TableQuerySet[Any]:
        """Narrowed by what is filled in. Raises IncorrectLookupParameters naming the first problem."""
        if not self.form.is_bound:
            return queryset
        if not self.form.is_valid():
            errors = next(iter(self.form.errors.values()))
            raise IncorrectLookupParameters(f"{self.title}: {errors[0]}")
        filled_in = {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}
        return queryset.filter(**self.lookups(filled_in))

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Each field that is filled in: its name, and "label: value" as the form shows it."""
        for name, value in self.used_parameters.items():
            field = self.form.fields[name]
            shown = dict(cast(Any, field.choices)).get(value, value) if isinstance(field, forms.ChoiceField) else value
            yield name, f"{field.label}: {shown}"

    def lookups(self, filled_in: Mapping[str, Any]) -> dict[str, str]:
        """The source's filters for what is filled in; as text in one form, whatever was typed."""
        return {name: f"{value:f}" if isinstance(value, Decimal) else str(value) for name, value in filled_in.items()}


def choice_field(
    label: str, choices: list[tuple[str, str]] | Callable[[], list[tuple[str, str]]], *, every: str = "All"
) -> forms.ChoiceField:
    """One of a few; a function of choices is called when the form is shown."""

    def offered() -> list[tuple[str, str]]:
        return [("", every), *(choices() if callable(choices) else choices)]

    return forms.ChoiceField(label=label, required=False, choices=offered, widget=UnfoldAdminRadioSelectWidget)


def select_field(label: str, choices: list[tuple[str, str]], *, every: str) -> forms.ChoiceField:
    """One of many, as a drop-down list."""
    return forms.ChoiceField(
        label=label, required=False, choices=[("", every), *choices], widget=UnfoldAdminSelectWidget
    )


def text_field(label: str, *, placeholder: str = "") -> forms.CharField:
    """Exactly this text."""
    widget = forms.TextInput(attrs={"class": " ".join(INPUT_CLASSES), "placeholder": placeholder})
    return forms.CharField(label=label, required=False, max_length=300, widget=widget)


def date_field(label: str) -> forms.DateField:
    """A business day, by the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": " ".join(INPUT_CLASSES)})
    return forms.DateField(label=label, required=False, widget=widget, validators=_PLAUSIBLE)


def amount_field(label: str, *, placeholder: str = "") -> forms.DecimalField:
    """An amount in the business currency."""
    attrs = {"class": " ".join(INPUT_CLASSES), "placeholder": placeholder, "step": "0.01"}
    widget = forms.NumberInput(attrs=attrs)
    return forms.DecimalField(label=label, required=False, max_digits=14, decimal_places=2, widget=widget)


def count_field(label: str, *, placeholder: str = "") -> forms.IntegerField:
    """A whole number from 0."""
    widget = forms.NumberInput(attrs={"class": " ".join(INPUT_CLASSES), "placeholder": placeholder})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=100_000, widget=widget)
