"""Made data with known events, for the demo, tests, docs and the self-test. Only `log_files` writes."""

from isang.synthetic.base import Made
from isang.synthetic.bill_files import bill_files
from isang.synthetic.bills import bills
from isang.synthetic.counter_files import counter_files
from isang.synthetic.counters import counters
from isang.synthetic.daily_bill import daily_bill
from isang.synthetic.demo import demo
from isang.synthetic.faults import FAULTS, Fault, inject, usual_spread
from isang.synthetic.logs import log_files
from isang.synthetic.paper_machine import paper_machine
from isang.synthetic.series import series
from isang.synthetic.sine_spikes import sine_spikes

__all__ = [
    "FAULTS",
    "Fault",
    "Made",
    "bill_files",
    "bills",
    "counter_files",
    "counters",
    "daily_bill",
    "demo",
    "inject",
    "log_files",
    "paper_machine",
    "series",
    "sine_spikes",
    "usual_spread",
]
