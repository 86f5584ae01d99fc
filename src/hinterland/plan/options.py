"""What a programme may do beyond moving capacity: modes, upgrades, clusters, infrastructure and who pays.

Each is a bundle of labelled arrays; a study that lacks its table has None in its place and the programme is
without it. Money is the study's unit of money; capacity is money of output per year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

Array = xr.DataArray

# What money is spent on; a fund may be bound to some of them.
USES = ("cluster", "excess", "infrastructure", "transfer", "upgrade")


@dataclass(frozen=True, eq=False)
class Modes:
    """In which ways capacity moves.

    Attributes
    ----------
    cost : DataArray[mode]
        What the plan pays per unit of capacity moved (money per money of yearly output, once).
    host_share : DataArray[mode]
        Share of the value added that enters the host's statistics; the origin keeps the rest.
    most : DataArray[mode]
        Largest share of a host's intake that may come in the mode, cumulative by the end of each phase.
    local : DataArray[mode]
        Share of the rule on local inputs that capacity moved in this way has to meet.
    """

    cost: Array
    host_share: Array
    most: Array
    local: Array

    @property
    def codes(self) -> list[str]:
        """Codes of the modes."""
        return [str(m) for m in self.cost["mode"].values]


@dataclass(frozen=True, eq=False)
class Upgrades:
    """Upgrading of an industry that a host has already.

    Attributes
    ----------
    cost : DataArray[industry]
        Money per unit of yearly output upgraded, once.
    room : DataArray[industry, host, phase]
        Output that may have been upgraded by the end of the phase; 0 where there is no such option.
    change : mapping of DataArray[industry, host]
        Change of value added, employment, co2 and energy per unit of output upgraded, by measure.
    use : DataArray[host, industry, resource] or None
        Change of the need of a resource per unit of output upgraded; negative where it frees some.
    """

    cost: Array
    room: Array
    change: Mapping[str, Array]
    use: Array | None = None


@dataclass(frozen=True, eq=False)
class Clusters:
    """Industries that are new to a host and come as a cluster or not at all.

    Attributes
    ----------
    minimum : DataArray[industry, host]
        Smallest intake by the end of the plan with which the cluster holds; NaN where none is needed.
    cost : DataArray[industry, host]
        Money to establish it, once.
    needs : DataArray[industry, host, infrastructure] of bool, or None
        Infrastructure that has to be at work in the host before.
    """

    minimum: Array
    cost: Array
    needs: Array | None = None


@dataclass(frozen=True, eq=False)
class Infrastructure:
    """What can be built in a host to open more room in later phases.

    Attributes
    ----------
    there : DataArray[infrastructure, host] of bool
        Where it can be built.
    cost : DataArray[infrastructure, host]
        Money, in the phase in which it is built.
    growth : DataArray[infrastructure, host]
        Room for capacity moved in that it opens.
    opens : DataArray[infrastructure, host, resource] or None
        Headroom that it opens, in the resource's unit.
    lead : DataArray[infrastructure] of int
        Phases from building to being at work; 0: by the end of the same phase.
    """

    there: Array
    cost: Array
    growth: Array
    opens: Array | None
    lead: Array

    @property
    def codes(self) -> list[str]:
        """Codes of what can be built."""
        return [str(k) for k in self.cost["infrastructure"].values]

    def at_work(self, codes: list[str]) -> Array:
        r"""Return 1 where what is built in one phase is at work by the end of another.

        Dimensions [infrastructure, built, phase]: :math:`\Lambda_{kqp} = 1` for :math:`q + \lambda_k \le p`.
        """
        order = np.arange(len(codes))
        values = order[None, :, None] + self.lead.values.astype(int)[:, None, None] <= order[None, None, :]
        coords = {"infrastructure": self.codes, "built": codes, "phase": codes}
        return xr.DataArray(values.astype(float), coords, ["infrastructure", "built", "phase"])


@dataclass(frozen=True, eq=False)
class Budgets:
    """Who pays, how much, and for what.

    Attributes
    ----------
    amount : DataArray[fund, phase]
        Money that becomes available in the phase; what is not spent is carried on.
    pays : DataArray[fund, use] of bool
        What a fund may be spent on.
    """

    amount: Array
    pays: Array

    @property
    def codes(self) -> list[str]:
        """Codes of the funds."""
        return [str(f) for f in self.amount["fund"].values]


@dataclass(frozen=True, eq=False)
class LocalInputs:
    """Critical inputs that a host has to make a share of itself.

    Attributes
    ----------
    need : DataArray[input, industry]
        Input per unit of output, the critical inputs only.
    share : DataArray[input]
        Share of the moved capacity's need that the host's own supply has to cover.
    supply : DataArray[input, host]
        What the host's firms of the base can supply to newcomers (money per year).
    """

    need: Array
    share: Array
    supply: Array


@dataclass(frozen=True, eq=False)
class Incomes:
    """Income and people of the hosts, for the gap between them: both DataArray[host]."""

    income: Array
    people: Array
