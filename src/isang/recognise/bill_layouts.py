"""How cloud vendors lay out their bills: for each what its columns are called, and what its words for charges mean.

Names are compared without case and punctuation (`plain`), so that `lineItem/UsageType`, `line_item_usage_type` and
`LineItemUsageType` are one. Where several names stand for one thing, the first that a bill has counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Names = tuple[str, ...]
# The dimensions of every bill, in their order; `currency` stands before them where there are several.
CUSTOMER, SUBSCRIPTION, SERVICE, METER, REGION = "customer", "subscription", "service", "meter", "region"
DIMENSIONS = (CUSTOMER, SUBSCRIPTION, SERVICE, METER, REGION)
CURRENCY = "currency"
USAGE = "Usage"


@dataclass(frozen=True)
class Layout:
    """`needs` are columns without which a table is not laid out so, beside a time and a cost.

    `amortised` says what a charge costs by its category in the place of `cost`: that category, a column that must be
    filled for it (or none), and the columns that are added up (with a minus: taken off). `identity` are the columns
    that name a row, `alike` those beside the usual ones in which two rows must agree to be called the same. `markers`
    are columns that a version brought, the newest first. `correction` is a column and its text. `pieces`: files
    complete each other and never replace one another. `utc`: times without a zone are UTC.
    """

    name: str
    time: Names
    cost: Names
    needs: Names = ()
    end: Names = ()
    currency: Names = ()
    category: Names = ()
    period: Names = ()
    dimensions: Mapping[str, Names] = field(default_factory=dict)
    tags: Names = ()
    tag_prefixes: Names = ()
    amortised: tuple[tuple[str, str, Names], ...] = ()
    identity: Names = ()
    alike: Names = ()
    markers: tuple[tuple[str, str], ...] = ()
    correction: tuple[str, str] = ("", "")
    pieces: bool = False
    utc: bool = True


FOCUS = Layout(
    "FOCUS",
    time=("chargeperiodstart",),
    end=("chargeperiodend",),
    cost=("effectivecost", "billedcost"),
    needs=("chargecategory",),
    currency=("billingcurrency",),
    category=("chargecategory",),
    period=("billingperiodstart",),
    dimensions={
        CUSTOMER: ("billingaccountid",),
        SUBSCRIPTION: ("subaccountid",),
        SERVICE: ("servicename",),
        METER: ("skumeter",),
        REGION: ("regionid", "regionname"),
    },
    tags=("tags",),
    alike=("resourceid", "skupriceid", "chargedescription", "consumedquantity"),
    markers=(("1.3", "serviceprovidername"), ("1.2", "invoiceid"), ("1.1", "servicesubcategory")),
    correction=("chargeclass", "correction"),
)
AWS = Layout(
    "AWS cost and usage report",
    time=("lineitemusagestartdate",),
    end=("lineitemusageenddate",),
    cost=("lineitemunblendedcost",),
    needs=("lineitemlineitemtype",),
    currency=("lineitemcurrencycode",),
    category=("lineitemlineitemtype",),
    period=("billbillingperiodstartdate",),
    dimensions={
        CUSTOMER: ("billpayeraccountid",),
        SUBSCRIPTION: ("lineitemusageaccountid",),
        SERVICE: ("lineitemproductcode",),
        METER: ("lineitemusagetype",),
        REGION: ("productregioncode", "productregion"),
    },
    tags=("resourcetags",),
    tag_prefixes=("resourcetagsuser", "resourcetags"),
    # As the user guide of the report has it: what commitments cost stands on the usage that they cover.
    amortised=(
        ("discountedusage", "", ("reservationeffectivecost",)),
        ("rifee", "", ("reservationunusedamortizedupfrontfeeforbillingperiod", "reservationunusedrecurringfee")),
        ("fee", "reservationreservationarn", ()),
        ("savingsplancoveredusage", "", ("savingsplansavingsplaneffectivecost",)),
        ("savingsplanrecurringfee", "", ("savingsplantotalcommitmenttodate", "-savingsplanusedcommitment")),
        ("savingsplannegation", "", ()),
        ("savingsplanupfrontfee", "", ()),
    ),
    identity=("identitylineitemid", "identitytimeinterval"),
)
AZURE = Layout(
    "Azure cost export",
    time=("date", "usagedatetime", "usagedate"),
    cost=("costinbillingcurrency", "cost", "pretaxcost"),
    needs=("metercategory",),
    currency=("billingcurrency", "billingcurrencycode", "currency", "currencycode"),
    category=("chargetype",),
    period=("billingperiodstartdate",),
    dimensions={
        CUSTOMER: ("customertenantid", "billingaccountid"),
        SUBSCRIPTION: ("subscriptionid", "subscriptionguid"),
        SERVICE: ("metercategory",),
        METER: ("metersubcategory",),
        REGION: ("resourcelocation", "meterregion"),
    },
    tags=("tags",),
    alike=("resourceid", "instanceid", "meterid", "meter", "quantity", "usagequantity", "additionalinfo", "benefitid"),
    utc=False,
)
OCI = Layout(
    "OCI cost report",
    time=("lineitemintervalusagestart",),
    end=("lineitemintervalusageend",),
    cost=("costmycost",),
    currency=("costcurrencycode",),
    dimensions={
        CUSTOMER: ("lineitemtenantid",),
        SUBSCRIPTION: ("productcompartmentid",),
        SERVICE: ("productservice",),
        METER: ("costproductsku",),
        REGION: ("productregion",),
    },
    tag_prefixes=("tags",),
    identity=("lineitemreferenceno",),
    correction=("lineitemiscorrection", "true"),
    pieces=True,
)
DAILY = Layout(
    "daily costs",
    time=("date",),
    cost=("totalcost",),
    needs=("customerid",),
    currency=("currency", "billingcurrency"),
    dimensions={
        CUSTOMER: ("customerid",),
        SUBSCRIPTION: ("maskedsub", "subscriptionid", "subscription"),
        SERVICE: ("metercategory",),
        METER: ("metersubcategory",),
        REGION: ("region", "resourcelocation"),
    },
    utc=False,
)
LAYOUTS = (FOCUS, AWS, AZURE, OCI, DAILY)

# A vendor's word for a kind of charge → that of FOCUS. Discounts that vendors write in rows of their own, and what
# commitments take off, belong to the usage beside them; what is given back is a credit.
_CATEGORIES = {
    USAGE: ("usage", "discountedusage", "savingsplancoveredusage", "savingsplannegation", "edpdiscount"),
    "Purchase": ("purchase", "fee", "rifee", "savingsplanrecurringfee", "savingsplanupfrontfee"),
    "Tax": ("tax",),
    "Credit": ("credit", "refund"),
    "Adjustment": ("adjustment", "roundingadjustment"),
}
_CATEGORY_OF = {word: category for category, found in _CATEGORIES.items() for word in found}
_CATEGORY_OF |= dict.fromkeys(("privateratediscount", "bundleddiscount", "discount", ""), USAGE)
_CATEGORY_OF |= dict.fromkeys(("unusedreservation", "unusedsavingsplan"), USAGE)


def plain(name: str) -> str:
    """A name without case and punctuation."""
    return re.sub(r"[\W_]+", "", name).lower()


def category_of(word: str | None) -> str:
    """The category of FOCUS that a vendor's word means; a word that is not known stands for itself."""
    text = (word or "").strip()
    return _CATEGORY_OF.get("" if text.lower() == "null" else plain(text), text)
