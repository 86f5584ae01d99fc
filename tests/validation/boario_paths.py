"""Run BoARIO on pymrio's test table and write its daily output; to be run with the peers' Python.

    .venv/peers/bin/python tests/validation/boario_paths.py CASES.json OUT.npz

The file of cases holds {"days": N, "cases": {name: {"event": ..., "order_type": ..., ...}}}. Written are Z,
Y, x, labels, and for every case the daily output [days, n] in BoARIO's own order of labels.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np


def main(cases_file: str, out: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    import pandas as pd
    import pymrio
    from boario.event import from_series
    from boario.extended_models import ARIOPsiModel
    from boario.simulation import Simulation

    given = json.loads(Path(cases_file).read_text(encoding="utf-8"))
    table = pymrio.load_test().calc_all()
    found: dict[str, np.ndarray] = {}
    for name, case in given["cases"].items():
        model = ARIOPsiModel(
            table,
            order_type=case["order_type"],
            alpha_max=case["alpha_max"],
            alpha_tau=case["alpha_tau"],
            rebuild_tau=case["rebuild_tau"],
            main_inv_dur=case["inventory"],
            infinite_inventories_sect=case["never_binding"],
            psi_param=case["psi"],
            inventory_restoration_tau=case["restore"],
        )
        simulation = Simulation(
            model, n_temporal_units_to_sim=given["days"], boario_output_dir=tempfile.mkdtemp()
        )
        industries = pd.MultiIndex.from_tuples(
            [tuple(k) for k in case["industries"]], names=["region", "sector"]
        )
        impact = pd.Series(case["impact"], index=industries, dtype=float)
        if case["event"] != "arbitrary":  # a share of the capital there is
            impact *= pd.Series(model.productive_capital, index=model.industries).loc[industries]
        money = {"event_monetary_factor": model.monetary_factor}
        more = (
            {"rebuild_tau": case["rebuild_tau"], "rebuilding_sectors": case["rebuilding"]} | money
            if case["event"] == "rebuild"
            else {"recovery_tau": case["recovery"], "recovery_function": case["curve"]}
            | (money if case["event"] == "recovery" else {})
        )
        event = from_series(
            impact,
            event_type=case["event"],
            occurrence=case["day"],
            duration=case["duration"],
            name=name,
            **more,
        )
        simulation.add_event(event)
        simulation.loop()
        found[f"path/{name}"] = simulation.production_realised.to_numpy()
        if "labels" not in found:
            found["labels"] = np.array([f"{r}|{s}" for r, s in model.industries])
            system = model.mriot
            found["Z"], found["Y"] = system.Z.to_numpy(), system.Y.to_numpy()
            found["x"] = system.x.to_numpy().ravel()
    np.savez(out, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
