"""Compile the built-in study `southwest` from the folder of compiled facts.

    python tools/compile_southwest.py FACTS [src/hinterland/studies/southwest]

FACTS holds regions.csv, industries.csv, gross_output.csv, national_io_2017.csv, provincial_value_added_2007.csv,
co2.csv, gdp_accounts.csv, indicators.csv, indicators_2015_2024.csv and national_electricity_by_industry.csv.
Value tables are re-tabulated, never altered: no figure is filled, scaled or smoothed here. What a planner decides
(roles, phases, claims, policies) is written by hand in the study folder and left alone by this script.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

HOSTS_GROUP, ORIGINS_GROUP = "southwest", "east"

# Series of the China Electricity Council that add up to each of the 28 industries.
ELECTRICITY = {
    "agriculture": ["Agriculture, Forestry, Animal Husbandry and Fishery"],
    "coal": ["(DC) Mining and Washing of Coal"],
    "oil_gas": ["(DC) Extraction of Crude Petroleum and Natural Gas"],
    "metal_ores": [
        "(DC) Mining and Dressing of Ferrous Metal Ores",
        "(DC) Mining and Processing of Non-Ferrous Metal Ores",
    ],
    "nonmetal_ores": ["(DC) Mining and Processing of Nonmetal Ores", "(DC) Mining of Other Ores"],
    "food": [
        "Processing of Food from Agricultural Products",
        "China: Power Consumption: Manufacture of Foods",
        "China: Power Consumption: Manufacture of Liquor, Beverage and Refined Tea",
        "China: Power Consumption: Manufacture of Tobacco",
    ],
    "textiles": ["Manufacture of Textile"],
    "apparel": [
        "China: Power Consumption: Manufacture of Textile Apparel",
        "China: Power Consumption: Manufacture of Leather, Furs, Down and Related Products and Footware",
    ],
    "wood_furniture": [
        "China: Power Consumption: Processing of Timbers, Manufacture of Wood, Bamboo, Rattan, Palm and Straw Products",
        "China: Power Consumption: Manufacture of Furniture",
    ],
    "paper_printing": [
        "Manufacture of Paper and Paper Products",
        "Printing, Reproduction of Recording Media",
        "China: Power Consumption: Cultural, Educational, Arts and Sports Goods",
    ],
    "refining": ["China: Power Consumption: Processing of Petroleum, Coal, Other Fuel"],
    "chemicals": [
        "Manufacture of Chemical Materials and Chemical Products",
        "Manufacture of Medicines",
        "Manufacture of Chemical Fibers",
        "Manufacture of Rubber and Plastic Products",
    ],
    "minerals": ["Manufacture of Non-metallic Mineral Products"],
    "metals": ["Smelting and Pressing of Ferrous Metals", "Smelting and Pressing of Non-ferrous Metals"],
    "metal_products": ["Manufacture of Metal Products"],
    "machinery": [
        "China: Power Consumption: Manufacture of General Purpose Machinery",
        "China: Power Consumption: Manufacture of Special Purpose Machinery",
        "China: Power Consumption: Repairing of Metalware, Machinery and Equipment",
    ],
    "transport_equipment": [
        "China: Power Consumption: Manufacture of Automobile",
        "China: Power Consumption: Manufacture of Railways, Ships, Aircrafts, Spacecrafts and Other Transportation Equipment",
    ],
    "electrical": ["China: Power Consumption: Manufacture of Electrical Machinery and Equipment"],
    "electronics": [
        "China: Power Consumption: Manufacture of Computers, Communication Devices and Other Electronics"
    ],
    "instruments": ["China: Power Consumption: Manufacture of Instruments and Meters"],
    "other_manufacturing": [
        "China: Power Consumption: Other Manufacturing",
        "China: Power Consumption: Discarded Resources and Waste Materials Recovery and Processing",
    ],
    "power": ["(DC) Production and Supply of Electricity and Heat"],
    "gas": ["(DC) Production and Supply of Gas"],
    "water": ["(DC) Production and Supply of Water"],
    "construction": ["Construction"],
    "transport_ict": [
        "Transport, Storage and Post",
        "China: Power Consumption: Information Transmission, Software and Information Technology Services",
    ],
    "trade_catering": ["Wholesale and Retail Trades", "Business, Hotels and Catering Services"],
    "other_services": [
        "Finance",
        "Real Estate",
        "China: Power Consumption: Leasing and Business Services",
        "China: Power Consumption: Public Service and Management Organization",
    ],
}


def main(facts: Path, out: Path) -> None:
    """Write every table that comes from the facts."""
    out.mkdir(parents=True, exist_ok=True)
    regions = pd.read_csv(facts / "regions.csv").rename(columns={"belt": "group"})
    role = {HOSTS_GROUP: "host", ORIGINS_GROUP: "origin"}
    regions["role"] = regions["group"].map(role).fillna("other")
    columns = ["region", "name_en", "name_zh", "group", "role", "lon", "lat", "tile_col", "tile_row"]
    if (out / "regions.csv").exists():  # other spellings of the names are written by hand
        known = pd.read_csv(out / "regions.csv", dtype=str)
        if "aliases" in known:
            regions["aliases"] = regions["region"].map(known.set_index("region")["aliases"])
            columns.append("aliases")
    regions[columns].to_csv(out / "regions.csv", index=False)

    industries = pd.read_csv(facts / "industries.csv")
    order = list(industries["industry"])
    stays = {"primary", "resource", "utilities", "construction", "services"}
    industries["transferable"] = industries["factor_class"].map(lambda c: "no" if c in stays else "yes")
    industries[["industry", "name_en", "name_zh", "factor_class", "transferable"]].to_csv(
        out / "industries.csv", index=False
    )

    pd.read_csv(facts / "gross_output.csv").to_csv(out / "gross_output.csv", index=False)
    pd.read_csv(facts / "national_io_2017.csv").to_csv(out / "national_io.csv", index=False)
    parts = pd.read_csv(facts / "provincial_value_added_2007.csv")
    parts.insert(3, "year", 2007)
    parts.to_csv(out / "value_added_components.csv", index=False)
    pd.read_csv(facts / "co2.csv").rename(columns={"industry": "emitter", "mt_co2": "co2"}).to_csv(
        out / "co2.csv", index=False
    )
    pd.read_csv(facts / "gdp_accounts.csv").to_csv(out / "gdp_accounts.csv", index=False)

    both = [pd.read_csv(facts / name) for name in ("indicators.csv", "indicators_2015_2024.csv")]
    indicators = pd.concat(both, ignore_index=True)[["region", "indicator", "year", "value"]]
    clash = indicators.duplicated(["region", "indicator", "year"])
    if clash.any():
        raise SystemExit(f"the two indicator files share keys: {indicators[clash].head()}")
    indicators.sort_values(["indicator", "region", "year"]).to_csv(out / "indicators.csv", index=False)

    series = pd.read_csv(facts / "national_electricity_by_industry.csv").set_index(["series", "year"])[
        "value"
    ]
    rows = [
        (industry, year, round(sum(float(series[name, year]) for name in ELECTRICITY[industry]), 4))
        for industry in order
        for year in (2019, 2020, 2021, 2022)
    ]
    energy = pd.DataFrame(rows, columns=["industry", "year", "national_energy"])
    energy.to_csv(out / "national_energy.csv", index=False)
    every = series.rename("national_energy_series").sort_index().reset_index()
    every.to_csv(out / "national_energy_series.csv", index=False)
    households = series["China: Electricity Consumption by Urban and Rural Households"]
    for year, total in energy.groupby("year")["national_energy"].sum().items():
        whole = float(series["Whole Society", year])
        gap = total + float(households[year]) - whole
        # The council's preliminary figures for 2020 leave 0.27 % of the total unallocated.
        if abs(gap) > 0.003 * whole:
            raise SystemExit(
                f"{year}: electricity by industry and households is off the national total by {gap:.1f}"
            )

    concordance = [("electricity_series", name, i, 1.0) for i in order for name in ELECTRICITY[i]]
    # Nine categories of the regional GDP accounts; `va_industry` is mining, manufacturing and utilities.
    secondary = [i for i in order[1 : order.index("construction")]]
    groups = {
        "va_agriculture": ["agriculture"],
        "va_industry": secondary,
        "va_construction": ["construction"],
        "va_wholesale_retail": ["trade_catering"],
        "va_accommodation_catering": ["trade_catering"],
        "va_transport_post": ["transport_ict"],
        "va_finance": ["other_services"],
        "va_realestate_and_other": [
            "transport_ict",
            "other_services",
        ],  # information services are counted here
    }
    concordance += [("gdp_accounts", code, i, 1.0) for code, members in groups.items() for i in members]
    sectors = {
        "employment_primary": ["agriculture"],
        "employment_secondary": [*secondary, "construction"],
        "employment_tertiary": ["transport_ict", "trade_catering", "other_services"],
    }
    concordance += [
        ("employment_sectors", code, i, 1.0) for code, members in sectors.items() for i in members
    ]
    # Sectors of the trade elasticities in Caliendo & Parro (2015), for the equilibrium model.
    traded = {
        "agriculture": ["agriculture"],
        "mining": ["coal", "oil_gas", "metal_ores", "nonmetal_ores"],
        "food": ["food"],
        "textile": ["textiles", "apparel"],
        "wood": ["wood_furniture"],
        "paper": ["paper_printing"],
        "petroleum": ["refining"],
        "chemicals": ["chemicals"],
        "plastic": ["chemicals"],
        "minerals": ["minerals"],
        "basic_metals": ["metals"],
        "metal_products": ["metal_products"],
        "machinery": ["machinery"],
        "auto": ["transport_equipment"],
        "other_transport": ["transport_equipment"],
        "electrical": ["electrical"],
        "office": ["electronics"],
        "communication": ["electronics"],
        "medical": ["instruments"],
        "other": ["other_manufacturing"],
        "services": order[order.index("power") :],
    }
    concordance += [
        ("caliendo_parro_2015", code, i, 1.0)
        for i in order
        for code, members in traded.items()
        if i in members
    ]
    pd.DataFrame(concordance, columns=["scheme", "code", "industry", "weight"]).to_csv(
        out / "concordances.csv", index=False
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "src/hinterland/studies/southwest"))
