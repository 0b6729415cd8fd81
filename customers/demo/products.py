"""The demo's products and their prices: packaging, with a few price changes in the year."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from customers.demo.seasons import DAYS
from packprod.money import CENT


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `price` is that of a piece; it is sold in packs of `pack` pieces."""

    code: str
    description: str
    price: Decimal
    pack: int
    popularity: int


# code | description | price of a piece when the year begins | pieces in a pack | popularity
TABLE = """
BOX-A6|Mailing box A6 150×110×60 mm, white|0.42|50|6
BOX-A5|Mailing box A5 220×160×77 mm, brown|0.58|50|9
BOX-A4|Mailing box A4 310×225×102 mm, brown|0.85|25|14
BOX-A3|Mailing box A3 430×305×140 mm, brown|1.62|25|7
BOX-CD1|Carton 1-ply 200×200×200 mm|0.95|25|6
BOX-CD2|Carton 300×300×300 mm, heavy duty|1.98|25|8
BOX-CD3|Carton 400×400×400 mm, heavy duty|3.15|20|6
BOX-TEA|Tea chest removal carton 431×406×596 mm|4.35|10|5
BOX-BOOK|Book and wine removal carton 406×298×431 mm|2.85|10|5
BOX-WINE6|Wine shipper, 6 bottles, with pulp insert|5.90|10|4
BOX-WINE12|Wine shipper, 12 bottles, with pulp insert|8.40|10|3
BOX-PIZZA|Flat mailer 330×330×45 mm, kraft|0.92|50|3
BOX-TUBE60|Mailing tube 60×660 mm with end caps|1.48|25|4
BOX-TUBE90|Mailing tube 90×850 mm with end caps|2.36|25|3
BOX-GIFT|Magnetic gift box 220×220×100 mm, ivory|4.75|10|4
BOX-EXPORT|Export carton, double wall, with lid and base, 600×400×400 mm|7.85|10|2
SAT-C5|Courier satchel C5 190×260 mm, grey|0.14|100|9
SAT-A4|Courier satchel A4 255×330 mm, grey|0.19|100|13
SAT-A3|Courier satchel A3 325×425 mm, grey|0.31|100|10
SAT-XL|Courier satchel XL 450×550 mm, grey|0.52|100|6
SAT-COMP|Home-compostable satchel A4, terracotta|0.48|100|7
SAT-PAD1|Padded mailer 150×230 mm, kraft|0.36|100|7
SAT-PAD3|Padded mailer 215×280 mm, kraft|0.55|100|7
SAT-PAD5|Padded mailer 265×380 mm, kraft|0.78|50|5
SAT-RIGID|Rigid document mailer A4, “do not bend”|0.69|50|4
SAT-COOL|Insulated chill satchel 300×400 mm|3.95|25|2
WRAP-BUB10|Bubble wrap 10 mm, 500 mm × 100 m, perforated|38.50|1|8
WRAP-BUB20|Bubble wrap 20 mm, 1,500 mm × 50 m|64.90|1|4
WRAP-BAG|Bubble bag 200×300 mm with peel seal|0.33|100|4
WRAP-FOAM|Foam wrap 1 mm, 500 mm × 300 m|59.80|1|3
WRAP-TISSUE|Acid-free tissue 500×750 mm, white|0.06|480|6
WRAP-KRAFT|Kraft paper roll 60 gsm, 600 mm × 340 m|47.25|1|6
WRAP-HONEY|Honeycomb paper wrap 400 mm × 250 m|54.00|1|5
WRAP-NEWS|Butcher's paper 600×840 mm, 10 kg|29.95|1|4
PAL-HAND23|Pallet wrap, hand, 23 µm, 500 mm × 400 m, clear|11.40|4|9
PAL-MACH20|Pallet wrap, machine, 20 µm, 500 mm × 1,500 m|39.90|2|4
PAL-BLACK|Pallet wrap, hand, 25 µm, black|13.75|4|3
PAL-SHEET|Pallet top sheet 1,680×1,680 mm|0.98|50|2
PAL-CORNER|Cardboard corner protector 50×50×1,200 mm|1.12|50|3
PAL-STRAP|PP strapping 15 mm × 1,000 m, blue|49.50|1|3
PAL-BUCKLE|Strapping buckle, plastic, 15 mm|0.07|500|2
PAL-SLIP|Anti-slip pallet paper 1,100×1,100 mm|0.64|100|1
TAPE-BRN48|Packing tape 48 mm × 75 m, brown|2.15|36|14
TAPE-CLR48|Packing tape 48 mm × 75 m, clear|2.15|36|11
TAPE-PAPER|Paper tape 48 mm × 50 m, recyclable|4.60|24|7
TAPE-FRAG|“Fragile” printed tape 48 mm × 66 m|3.35|36|5
TAPE-WATER|Water-activated tape 70 mm × 184 m, reinforced|16.80|10|3
TAPE-CUSTOM|Printed tape with your logo, 48 mm × 66 m|5.25|36|3
TAPE-GUN|Tape dispenser, pistol grip|18.90|1|3
FILL-PEANUT|Void fill, starch peanuts, 400 L|33.00|1|4
FILL-AIR|Air pillow film 200×100 mm, 700 m|72.00|1|3
FILL-SHRED|Shredded kraft paper, 10 kg|41.50|1|5
FILL-CRINK|Crinkle cut paper 5 kg, black|46.00|1|3
LAB-100150|Thermal label 100×150 mm, roll of 400|9.80|4|13
LAB-10075|Thermal label 100×75 mm, roll of 500|8.60|4|5
LAB-A4|A4 laser label sheets, 4 to a page, box of 100|24.50|1|4
LAB-FRAG|“Fragile” label 100×75 mm, roll of 500|14.90|1|4
LAB-UP|“This way up” label 100×100 mm, roll of 500|16.20|1|2
LAB-DOC|“Documents enclosed” envelope 150×115 mm|0.05|1000|6
TOOL-KNIFE|Safety knife, self-retracting|12.40|1|2
TOOL-SCALE|Parcel scale 40 kg|149.00|1|1
TOOL-HEAT|Heat sealer 400 mm|189.00|1|1
"""


def _product(row: str) -> Product:
    code, description, price, pack, popularity = row.split("|")
    return Product(code, description, Decimal(price), int(pack), int(popularity))


PRODUCTS = tuple(_product(row) for row in TABLE.strip().splitlines())
POPULARITY = [product.popularity for product in PRODUCTS]
# Each rule: from this day of the demo's span on, every n-th product's price is multiplied by the factor.
PRICE_CHANGES = ((150, 3, Decimal("1.045")), (290, 5, Decimal("0.97")), (330, 7, Decimal("1.06")))


@cache
def price_on(position: int, day: int) -> Decimal:
    """The price of a piece of PRODUCTS[position] on a day from 0 to DAYS, in whole cents."""
    if not 0 <= day <= DAYS:
        raise ValueError(f"the demo has no day {day}")
    price = PRODUCTS[position].price
    for from_day, every, factor in PRICE_CHANGES:
        if day >= from_day and position % every == 0:
            price *= factor
    return price.quantize(CENT)
