"""The securities the sandbox broker knows, with the price each starts at."""

from __future__ import annotations

from uuid import NAMESPACE_DNS, uuid5

import attrs


@attrs.frozen
class Listing:
    """One tradable security; ``price_cents`` is its first price and its previous close."""

    symbol: str
    name: str
    exchange: str
    price_cents: int
    fractionable: bool = True
    active: bool = True

    @property
    def asset_id(self) -> str:
        """The same in every run, so that stored ids stay valid after a restart of the sandbox."""
        return str(uuid5(NAMESPACE_DNS, f"{self.symbol}.sandbox"))


SYMBOLS = (
    Listing("AAPL", "Apple Inc. Common Stock", "NASDAQ", 190_12),
    Listing("MSFT", "Microsoft Corporation Common Stock", "NASDAQ", 415_50),
    Listing("NVDA", "NVIDIA Corporation Common Stock", "NASDAQ", 121_44),
    Listing("AMZN", "Amazon.com, Inc. Common Stock", "NASDAQ", 185_07),
    Listing("GOOGL", "Alphabet Inc. Class A Common Stock", "NASDAQ", 171_95),
    Listing("META", "Meta Platforms, Inc. Class A Common Stock", "NASDAQ", 498_91),
    Listing("TSLA", "Tesla, Inc. Common Stock", "NASDAQ", 248_23),
    Listing("NFLX", "Netflix, Inc. Common Stock", "NASDAQ", 655_10),
    Listing("AMD", "Advanced Micro Devices, Inc. Common Stock", "NASDAQ", 158_40),
    Listing("COIN", "Coinbase Global, Inc. Class A Common Stock", "NASDAQ", 223_70),
    Listing("JPM", "JPMorgan Chase & Co. Common Stock", "NYSE", 204_79),
    Listing("V", "Visa Inc. Class A Common Stock", "NYSE", 266_33),
    Listing("KO", "The Coca-Cola Company Common Stock", "NYSE", 63_87),
    Listing("DIS", "The Walt Disney Company Common Stock", "NYSE", 97_61),
    Listing("F", "Ford Motor Company Common Stock", "NYSE", 12_34),
    Listing("BRK.A", "Berkshire Hathaway Inc. Class A", "NYSE", 612_345_00, fractionable=False),
    Listing("BRK.B", "Berkshire Hathaway Inc. Class B", "NYSE", 408_21),
    Listing("SPY", "SPDR S&P 500 ETF Trust", "ARCA", 548_99),
    Listing("VOO", "Vanguard S&P 500 ETF", "ARCA", 504_46),
    Listing("VTI", "Vanguard Total Stock Market ETF", "ARCA", 270_13),
    Listing("QQQ", "Invesco QQQ Trust", "NASDAQ", 480_18),
    Listing("SCHD", "Schwab U.S. Dividend Equity ETF", "ARCA", 78_05),
    Listing("BND", "Vanguard Total Bond Market ETF", "NASDAQ", 72_64),
    Listing("GLD", "SPDR Gold Shares", "ARCA", 215_36),
    Listing("VXUS", "Vanguard Total International Stock ETF", "NASDAQ", 60_92),
    Listing("TWTR", "Twitter, Inc. Common Stock", "NYSE", 54_20, active=False),
    Listing("VNQ", "Vanguard Real Estate ETF", "ARCA", 84_17),
)
