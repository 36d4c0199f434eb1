"""What a cloud sells: the meters of its services, with their prices, and where it sells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Used every day; on for a few days and off for more; charged once a month.
Rhythm = Literal["daily", "batch", "monthly"]


@dataclass(frozen=True)
class Meter:
    """`week` is how far its usage follows working days (0 to 1), `noise` how far it strays, of its logarithm.

    `common` is how often customers use it, beside the others; `closing` how much more the ends of months need.
    """

    service: str
    category: str  # one of FOCUS's
    name: str
    unit: str
    price: float
    week: float
    noise: float
    common: float
    rhythm: Rhythm = "daily"
    closing: float = 0.0


METERS = (
    Meter("Virtual Machines", "Compute", "D4s v5", "Hours", 0.192, 0.4, 0.05, 6),
    Meter("Virtual Machines", "Compute", "E8s v5", "Hours", 0.504, 0.3, 0.05, 3),
    Meter("Kubernetes Service", "Compute", "Standard Node", "Hours", 0.226, 0.6, 0.08, 3),
    Meter("Functions", "Compute", "Standard Executions", "1M Requests", 0.20, 0.9, 0.12, 2),
    Meter("Batch", "Compute", "Spot Node", "Hours", 0.061, 0.3, 0.20, 1, "batch"),
    Meter("Object Storage", "Storage", "Hot Data Stored", "GB-Months", 0.0184, 0.0, 0.01, 6),
    Meter("Object Storage", "Storage", "Write Operations", "10K Operations", 0.05, 0.7, 0.10, 3),
    Meter("Managed Disks", "Storage", "Premium SSD P10", "Disk-Months", 19.71, 0.0, 0.02, 4),
    Meter("Backup", "Storage", "Protected Instance", "Instance-Months", 10.0, 0.0, 0.02, 2),
    Meter("SQL Database", "Databases", "vCore", "Hours", 0.2525, 0.3, 0.05, 4, closing=0.25),
    Meter("PostgreSQL", "Databases", "General Purpose D2s", "Hours", 0.164, 0.2, 0.04, 3),
    Meter("Cache", "Databases", "C2 Instance", "Hours", 0.09, 0.0, 0.03, 1),
    Meter("Bandwidth", "Networking", "Internet Egress", "GB", 0.087, 0.8, 0.15, 4),
    Meter("Load Balancer", "Networking", "Capacity Units", "Hours", 0.008, 0.7, 0.08, 2),
    Meter("Content Delivery", "Networking", "Edge Egress", "GB", 0.081, 0.8, 0.15, 1),
    Meter("Log Analytics", "Management and Governance", "Data Ingestion", "GB", 2.30, 0.6, 0.12, 3),
    Meter("Event Streams", "Integration", "Throughput Unit", "Hours", 0.03, 0.5, 0.06, 1),
    Meter("Data Warehouse", "Analytics", "Compute Unit", "Hours", 1.20, 0.8, 0.20, 2, "batch", closing=0.8),
    Meter("Machine Learning", "AI and Machine Learning", "NC24 GPU", "Hours", 3.06, 0.5, 0.25, 1, "batch"),
    Meter("Language Models", "AI and Machine Learning", "Output Tokens", "1M Tokens", 8.0, 0.7, 0.20, 2),
    Meter("Threat Protection", "Security", "Server", "Hours", 0.02, 0.1, 0.03, 2),
    Meter("Office Suite", "Business Applications", "Seats", "Seat-Months", 12.0, 0.0, 0.02, 1, "monthly"),
    Meter("Support", "Other", "Standard Support", "Months", 100.0, 0.0, 0.0, 1, "monthly"),
)
REGIONS = {
    "koreacentral": "Korea Central",
    "eastus": "East US",
    "westeurope": "West Europe",
    "japaneast": "Japan East",
    "southeastasia": "Southeast Asia",
}
COMMITTED_PRICE = 0.62  # of the list price
