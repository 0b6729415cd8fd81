"""The demo's customers: their names and addresses, how much they buy, and when."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

from customers.demo.products import POPULARITY, PRODUCTS
from customers.demo.seasons import seeded

FIRST_NAMES = (
    *("Olivia", "Noah", "Charlotte", "Jack", "Amelia", "William", "Isla", "Leo", "Mia", "Henry", "Grace"),
    *("Lachlan", "Matilda", "Angus", "Ruby", "Darcy", "Siobhán", "Zoë", "Chloé", "José", "Renée", "Łukasz"),
    *("Thảo", "Minh", "Hương", "Priya", "Arjun", "Wei", "Mei-Ling", "Yuki", "Haruto", "Ji-woo", "Fatima"),
    *("Omar", "Leila", "Kostas", "Eleni", "Giulia", "Marco", "Ana", "João", "Søren", "Åsa", "Zdeněk"),
    *("Tāne", "Aroha", "Sione", "Mele", "Bindi", "Jarrah", "Gülşen", "Emre", "Ioana", "Ștefan"),
)
LAST_NAMES = (
    *("Smith", "Jones", "Williams", "Brown", "Wilson", "Taylor", "Nguyễn", "Trần", "Lê", "Chen", "Wang"),
    *("Singh", "Patel", "Kaur", "O'Brien", "O'Connor", "McDonald", "Müller", "Schäfer", "García", "Núñez"),
    *("Papadopoulos", "Rossi", "D'Angelo", "Kowalski", "Dvořák", "Øster", "Björk", "Yılmaz", "Haddad"),
    *("Khalil", "Tanaka", "Kim", "Park", "Silva", "Gonçalves", "Popescu", "Tūhoe", "Taufa", "van der Merwe"),
    *("Fitzgerald", "Abernathy", "Blackwood", "Cartwright", "Drummond", "Everingham", "Featherstone"),
)
OTHER_SCRIPTS = (
    *("王小明", "李娜", "田中 由紀", "김민준", "Αλέξανδρος Παπαδόπουλος", "Наталья Иванова"),
    *("محمد الأحمد", "נועה כהן", "प्रिया शर्मा", "สมชาย ใจดี"),
)
LONG_NAMES = (
    "Maria-Alexandra Theodora Konstantina Papadimitriou-Featherstonehaugh of Upper Kangaroo Valley",
    "Venkatanarasimharajuvaripeta Subrahmanya Lakshminarayana Krishnamoorthy-Balasubramaniam the Younger",
)
LONG_COMPANIES = (
    "The Incorporated Association of Independent Craft Brewers and Distillers of Greater Western Sydney",
    "Société Générale d'Importation de Produits Artisanaux et de Spécialités Françaises (Australie) Pty Ltd",
)
COMPANY_STEMS = (
    *("Harbour", "Bondi", "Wattle", "Banksia", "Southern Cross", "Blue Gum", "Kookaburra", "Coral Sea"),
    *("Ironbark", "Jacaranda", "Parramatta", "Illawarra", "Hunter", "Snowy", "Red Centre", "Lyrebird"),
    *("Pacific", "Coogee", "Marrickville", "Café Zürich", "Niño", "Tasman", "Waratah", "Billabong"),
)
COMPANY_TRADES = (
    *("Candles", "Coffee Roasters", "Books", "Ceramics", "Skincare", "Cellars", "Pet Supplies", "Bikes"),
    *("Homewares", "Botanicals", "Electronics", "Print Co", "Apparel", "Removals", "Logistics", "Toys"),
    *("Gourmet", "Auto Parts", "Art Supplies", "Pharmacy", "Garden Centre", "Records", "Eyewear", "Surf"),
)
COMPANY_FORMS = ("Pty Ltd", "Pty Ltd", "& Co", "Group", "Australia", "")
# suburb, state, postcode
SUBURBS = (
    *(("Alexandria", "NSW", "2015"), ("Marrickville", "NSW", "2204"), ("Parramatta", "NSW", "2150")),
    *(("Brookvale", "NSW", "2100"), ("Newcastle", "NSW", "2300"), ("Wollongong", "NSW", "2500")),
    *(("Richmond", "VIC", "3121"), ("Geelong", "VIC", "3220"), ("Fortitude Valley", "QLD", "4006")),
    *(("Cairns", "QLD", "4870"), ("Fremantle", "WA", "6160"), ("Norwood", "SA", "5067")),
    *(("Hobart", "TAS", "7000"), ("Fyshwick", "ACT", "2609"), ("Darwin", "NT", "0800")),
)
STREETS = (
    "Bourke Road",
    "Station Street",
    "Wharf Lane",
    "Mill Street",
    "Pacific Highway",
    "O'Riordan Street",
)
ORDERS_PER_CUSTOMER = 8
SMALLEST_CROWD = 6  # enough for one customer of every segment and two of no special kind
FAVOURITES = 7
# Ranges that the Australian regulator keeps for fiction: two in each of the four regions.
FICTION_PREFIXES = ("02 5550", "03 5550", "07 5550", "08 5550", "02 7010", "03 7010", "07 7010", "08 7010")


@dataclass(frozen=True, slots=True)
class Habit:
    """How a customer buys: how many orders, from when to when (in days before today), and of what size."""

    orders: int
    first_days_ago: float
    last_days_ago: float
    size: float
    regular: bool = False


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """One customer. `contact` is the payload's `customer`; `favourites` are positions in PRODUCTS."""

    number: int
    contact: dict[str, str]
    address: dict[str, str]
    habit: Habit
    favourites: tuple[int, ...]


def demo_customers(*, orders: int, seed: int) -> Iterator[DemoCustomer]:
    """About one customer for 8 orders; the first buys most, and the orders add up to `orders` exactly."""
    counts = _orders_per_customer(orders)
    for number, count in enumerate(counts):
        chance = seeded(seed, "customer", number)
        habit = _habit(number, count, crowd=len(counts), chance=chance)
        favourites = tuple(chance.choices(range(len(PRODUCTS)), weights=POPULARITY, k=FAVOURITES))
        yield DemoCustomer(number, _contact(number, chance), _address(chance), habit, favourites)


def _orders_per_customer(orders: int) -> list[int]:
    """One order each, and the rest by Zipf's law: a few customers have very many, a quarter have only that one."""
    crowd = min(orders, max(SMALLEST_CROWD, orders // ORDERS_PER_CUSTOMER))
    shares = (0.0 if number % 4 == 3 and number > 6 else (number + 1) ** -0.9 for number in range(crowd))
    marks = [0.0, *accumulate(shares)]
    rest = [round((orders - crowd) * mark / (marks[-1] or 1)) for mark in marks]
    return [1 + after - before for before, after in pairwise(rest)]


def _habit(number: int, orders: int, *, crowd: int, chance: Random) -> Habit:
    """The first customer is the largest; the last three make sure that every segment has somebody."""
    if number == 0:
        return Habit(orders, 396, 0, size=2.5, regular=True)
    if number == crowd - 1:
        return Habit(orders, 24, 2, size=0.4)  # new
    if number == crowd - 2:
        return Habit(orders, 390, 215, size=0.8)  # dormant
    if number == crowd - 3:
        return Habit(orders, 320, 15, size=0.4, regular=True)  # active
    return _habit_by_chance(orders, chance)


def _habit_by_chance(orders: int, chance: Random) -> Habit:
    kind, size = chance.random(), chance.choice((0.5, 0.8, 1.0, 1.0, 1.4, 2.2))
    if kind < 0.45:
        return _regular_habit(orders, size, chance)
    if kind < 0.60:
        return Habit(orders, chance.uniform(260, 398), chance.uniform(190, 250), size)
    if kind < 0.68 and orders <= 6:
        return Habit(orders, chance.uniform(10, 29), chance.uniform(0.5, 9), size)
    first = chance.uniform(60, 398)
    return Habit(orders, first, chance.uniform(0.5, first - 40), size)


def _regular_habit(orders: int, size: float, chance: Random) -> Habit:
    """Quarterly, monthly or weekly: the longest gap that fits into the year; else evenly spread."""
    gap = next((days for days in (91, 30, 7) if orders * days <= 392), 392 / max(orders, 1))
    last = chance.uniform(0, min(gap, 5))
    return Habit(orders, last + gap * orders, last, size, regular=True)


def _contact(number: int, chance: Random) -> dict[str, str]:
    name = _name(number, chance)
    contact = {"name": name, "company": _company(number, chance), "phone": _phone(number)}
    if number % 40 != 20:  # a few have only a phone
        contact["email"] = f"{_ascii(name) or 'orders'}.{number}@{_domain(chance)}"
    return {field: value for field, value in contact.items() if value}


def _name(number: int, chance: Random) -> str:
    if number % 23 == 4:
        return chance.choice(OTHER_SCRIPTS)
    if number % 61 == 2:
        return chance.choice(LONG_NAMES)
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


def _company(number: int, chance: Random) -> str:
    if number % 59 == 3:
        return chance.choice(LONG_COMPANIES)
    if chance.random() < 0.3:
        return ""
    parts = (COMPANY_STEMS, COMPANY_TRADES, COMPANY_FORMS)
    return " ".join(chance.choice(part) for part in parts).strip()


def _phone(number: int) -> str:
    prefix = FICTION_PREFIXES[number % len(FICTION_PREFIXES)]
    return f"{prefix} {number // len(FICTION_PREFIXES) * 7 % 10_000:04}"


def _domain(chance: Random) -> str:
    return chance.choice(("example.com", "example.com.au"))


def _ascii(name: str) -> str:
    """The first two words of a name in ASCII, for an e-mail address; empty if they have no such letters."""
    plain = unicodedata.normalize("NFKD", " ".join(name.split()[:2])).encode("ascii", "ignore").decode()
    return ".".join(word for word in plain.lower().split() if word.isalpha())


def _address(chance: Random) -> dict[str, str]:
    suburb, state, postcode = chance.choice(SUBURBS)
    street = f"{chance.randint(1, 240)} {chance.choice(STREETS)}"
    return {"street": street, "suburb": suburb, "state": state, "postcode": postcode, "country": "AU"}
