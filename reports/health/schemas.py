"""What the OpenAPI schema says of data health. Its serializers document; no request passes through them."""

from rest_framework import serializers

from packprod.api.schemas import Documented, answer, documented, envelope, enveloped

STATES = ("green", "amber", "red")
_CHECK = {
    "name": "deadLetters",
    "title": "Dead letters",
    "state": "red",
    "value": "1",
    "todo": "The figures of these orders are old. Mend the cause, then replay.",
    "figures": {"count": 1},
}


class HealthCheckSerializer(Documented):
    """One fact, judged."""

    name = serializers.CharField(help_text="For machines.")
    title = serializers.CharField(help_text="For people.")
    state = serializers.ChoiceField(STATES)
    value = serializers.CharField(help_text="What was found, in a few words.")
    todo = serializers.CharField(help_text="What to do; empty when green.", allow_blank=True)
    figures = serializers.DictField(help_text="The numbers behind the value.")


class DataHealthSerializer(Documented):
    """Every check, and the worst state of them."""

    state = serializers.ChoiceField(STATES)
    checks = HealthCheckSerializer(many=True)


get_data_health = documented(
    "getDataHealth",
    "Ask whether all data is in the figures",
    tag="Monitoring",
    answers={
        200: answer(
            envelope("DataHealthAnswer", DataHealthSerializer()),
            "The checks; 200 also while the engine is away, which is one of them.",
            example=enveloped({"state": "red", "checks": [_CHECK]}, source="projection"),
        )
    },
)
