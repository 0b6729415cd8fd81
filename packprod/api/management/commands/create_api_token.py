"""`manage.py create_api_token NAME --scope SCOPE …`: a new key on the last line of stdout."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from packprod.api.tokens import Scope, token_create
from packprod.dates import utc_now
from packprod.errors import InvalidInput


class Command(BaseCommand):
    help = "Creates an API token and prints its key once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="which program will use it")
        parser.add_argument(
            "--scope",
            dest="scopes",
            metavar="SCOPE",
            nargs="+",
            action="extend",
            required=True,
            help="one or more of: " + ", ".join(Scope.values),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            token, key = token_create(name=options["name"], scopes=options["scopes"], now=utc_now())
        except InvalidInput as exc:
            raise CommandError(exc.message) from exc
        self.stdout.write(f"Token {token.name} may: {', '.join(token.scopes)}. Its key is shown only now:")
        self.stdout.write(key)
