"""Names of people and firms for the demo: made up, from many places, some of them long on purpose."""

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
