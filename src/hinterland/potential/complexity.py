"""What does a region know how to make? Economic complexity from who is specialised in what.

Everything starts from the matrix M of presences: M[c, p] is 1 where region c has a revealed comparative
advantage in industry p. Complexity is the second eigenvector of a Markov chain on M, taken here exactly
from the symmetric form of the problem on its smaller side. Nothing is iterated, so there is no number of
iterations to choose and no rounding that an even or odd step leaves behind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from hinterland.potential.gradient import location_quotient
from hinterland.study import StudyError, Text

Floats = npt.NDArray[np.float64]

DEGENERATE = 1e-9
"""Eigenvalues (of at most 1) closer than this are one: rounding alone would choose the eigenvector."""
DENSE = 600
"""Up to this size the smaller side is solved in full; beyond it, its leading end by Lanczos."""
ROWS = 256
"""Rows of the proximity matrix that are worked on at a time, so that no second matrix of its size is held."""


@dataclass(frozen=True)
class Spectrum:
    """The complexity of regions and industries, and how well the data determine it.

    eci : DataArray[region], pci : DataArray[industry]
        Both standardised by mean and (population) standard deviation of the ECI over regions, so that a
        region's ECI is exactly the mean PCI of the industries it has; NaN for what has no presence at all.
    second, third : float
        Second and third eigenvalue of the chain, the first being 1. Their difference is the spectral gap:
        what is unknown of M turns the eigenvector by about (size of the error) / (gap).
    diversity_correlation : float
        Correlation of ECI and diversity, whose sign fixes the vector's; near zero the sign is doubtful.
    """

    eci: xr.DataArray
    pci: xr.DataArray
    second: float
    third: float
    diversity_correlation: float

    @property
    def gap(self) -> float:
        """Spectral gap: second less third eigenvalue."""
        return self.second - self.third


def comparative_advantage(output: xr.DataArray) -> xr.DataArray:
    r"""Revealed comparative advantage (Balassa index).

    .. math:: RCA_{cp} = \frac{x_{cp} / \sum_p x_{cp}}{\sum_c x_{cp} / \sum_{cp} x_{cp}}

    Parameters
    ----------
    output : DataArray[region, industry]
        Output or exports, any one unit, not negative. Zero means that nothing is made; NaN is refused,
        because one unknown cell makes every total that it enters unknown.

    Returns
    -------
    DataArray[region, industry], dimensionless; NaN for a region or an industry without any output.

    Raises
    ------
    StudyError
        A cell is unknown or negative (named).

    References
    ----------
    Balassa (1965), The Manchester School 33. On regional output it is the location quotient.
    """
    output = output.transpose("region", "industry")
    values = output.to_numpy()
    bad = np.argwhere(~(values >= 0))
    if len(bad):
        named = [f"{output['region'].values[r]} {output['industry'].values[i]}" for r, i in bad[:5]]
        more = len(bad) - len(named)
        raise StudyError(
            Text(
                f"Comparative advantage needs output that is known and not negative; it is not for "
                f"{'; '.join(named)}" + (f" and {more} others." if more else "."),
                "比较优势指数要求产出已知且非负，以下单元不符："
                + "；".join(named)
                + (f"等{more + len(named)}个。" if more else "。"),
            ),
            Text(
                "Fill in the cells (zero only where nothing is made), or leave the region or industry out.",
                "请补全这些单元（确无生产才填零），或剔除相应地区、产业。",
            ),
        )
    return location_quotient(output)


def presence(advantage: xr.DataArray, threshold: float = 1.0) -> xr.DataArray:
    """Presence M = 1 where the comparative advantage is at least `threshold`, else 0.

    Parameters
    ----------
    advantage : DataArray[region, industry]
        Balassa index; NaN (a region or industry without output) counts as absent.
    threshold : float
        Dimensionless, above 0; 1 by convention.
    """
    return (advantage >= threshold).astype(float)


def _sides(present: xr.DataArray) -> tuple[Floats, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return M without empty rows and columns, and the positions of those that are kept."""
    matrix = present.transpose("region", "industry").to_numpy()
    rows, columns = np.flatnonzero(matrix.any(axis=1)), np.flatnonzero(matrix.any(axis=0))
    whole = len(rows) == matrix.shape[0] and len(columns) == matrix.shape[1]
    return (matrix if whole else matrix[np.ix_(rows, columns)]), rows, columns


def _refuse_separate(matrix: Floats, regions: list[str], industries: list[str]) -> None:
    """Refuse a matrix that falls into parts: then as many eigenvalues are 1, and none of them ranks."""
    m, n = matrix.shape
    there = matrix > 0
    reached: npt.NDArray[np.bool_] = np.zeros(m, dtype=np.bool_)
    reached[0] = True
    while True:  # a few rounds through the matrix tell that all hang together, without a graph
        columns = there[reached].any(axis=0)
        wider: npt.NDArray[np.bool_] = np.asarray(there[:, columns].any(axis=1))
        if wider.all():
            return
        if (wider == reached).all():
            break
        reached = wider
    row, column = np.nonzero(there)
    graph = csr_array((np.ones(len(row)), (row, column + m)), shape=(m + n, m + n))
    parts, member = connected_components(graph, directed=False)
    sizes = np.bincount(member)
    named = []
    for part in np.argsort(sizes, kind="stable")[: min(parts - 1, 3)]:
        codes = [regions[k] for k in np.flatnonzero(member[:m] == part)][:4]
        kinds = [industries[k] for k in np.flatnonzero(member[m:] == part)][:4]
        named.append(f"{', '.join(codes)} ({', '.join(kinds)})")
    raise StudyError(
        Text(
            f"Regions and industries fall into {parts} groups that share no industry: apart from the rest "
            f"stand {'; '.join(named)}. Complexity cannot compare them.",
            f"地区与产业分成{parts}个互不相连的组，与其余部分脱离的有：{'；'.join(named)}。复杂度无法在组间比较。",
        ),
        Text(
            "Leave these out, lower the threshold of comparative advantage, or group industries.",
            "请剔除这些地区或产业、降低比较优势阈值，或归并产业。",
        ),
    )


def _leading(symmetric: Floats) -> tuple[Floats, Floats]:
    """Return the two largest eigenvalues (largest first) of a symmetric matrix and the first's vector."""
    n = len(symmetric)
    if n <= DENSE:
        values, vectors = np.linalg.eigh(symmetric)
        return values[::-1][:2], vectors[:, -1]
    operator = LinearOperator(symmetric.shape, matvec=lambda v: symmetric @ v, dtype=float)
    start = np.random.default_rng(0).standard_normal(n)
    try:
        values, vectors = eigsh(operator, k=2, which="LA", tol=0, v0=start, maxiter=50 * n)
    except ArpackNoConvergence as error:
        raise StudyError(
            Text(
                f"The eigenvectors of complexity did not converge for {n} labels.",
                f"{n}个标签的复杂度特征向量未能收敛。",
            ),
            Text("The gap is too small: group regions or industries.", "谱隙过小，请归并地区或产业。"),
        ) from error
    order = np.argsort(values)[::-1]
    return values[order], vectors[:, order[0]]


def spectrum(present: xr.DataArray) -> Spectrum:
    r"""Economic and product complexity by the exact second eigenvector.

    With diversity :math:`d = M 1` and ubiquity :math:`u = M' 1`, the ECI is the second eigenvector of

    .. math:: \tilde M = D^{-1} M U^{-1} M', \qquad
              D^{1/2} \tilde M D^{-1/2} = B B', \quad B = D^{-1/2} M U^{-1/2}

    The right-hand form is symmetric: its eigenvalues are real, its vectors orthogonal, and the trivial first
    one (:math:`\sqrt d`) is taken out exactly. The smaller of :math:`B B'` and :math:`B' B` is solved.
    The sign is that by which ECI and diversity correlate positively.

    Parameters
    ----------
    present : DataArray[region, industry]
        M of `presence`, 0 or 1.

    Returns
    -------
    Spectrum

    Raises
    ------
    StudyError
        Fewer than three regions or industries have a presence; M falls into separate groups (named); the
        second eigenvalue is not alone, so that no vector is singled out.

    References
    ----------
    Hidalgo & Hausmann (2009), PNAS 106; Mealy, Farmer & Teytelboym (2019), Science Advances 5.
    """
    matrix, rows, columns = _sides(present)
    m, n = matrix.shape
    if min(m, n) < 3:
        raise StudyError(
            Text(
                f"Complexity needs three regions and three industries with a comparative advantage; "
                f"there are {m} and {n}.",
                f"复杂度至少需要三个地区和三个产业具有比较优势，现有{m}个地区、{n}个产业。",
            ),
            Text("Add regions or industries.", "请增加地区或产业。"),
        )
    regions = present["region"].to_numpy()[rows].astype(str).tolist()
    industries = present["industry"].to_numpy()[columns].astype(str).tolist()
    _refuse_separate(matrix, regions, industries)
    diversity, ubiquity = matrix.sum(axis=1), matrix.sum(axis=0)
    scaled = matrix / np.sqrt(diversity)[:, None]
    scaled /= np.sqrt(ubiquity)
    small = scaled @ scaled.T if m <= n else scaled.T @ scaled
    trivial = np.sqrt(diversity if m <= n else ubiquity)
    trivial /= np.linalg.norm(trivial)
    small -= np.outer(trivial, trivial)  # its eigenvalue 1 becomes 0, and the second comes first
    (second, third), vector = _leading(small)
    if second - third <= DEGENERATE:
        raise StudyError(
            Text(
                f"The second and third eigenvalue of the complexity chain are the same "
                f"({second:.12g} and {third:.12g}): no ranking is singled out.",
                f"复杂度转移矩阵的第二、第三特征值相同（{second:.12g}与{third:.12g}），无法确定唯一排序。",
            ),
            Text(
                "Use finer industries or another threshold of comparative advantage.",
                "请采用更细的产业分类或调整比较优势阈值。",
            ),
        )
    if m <= n:
        place = vector / np.sqrt(diversity)
        kind = (matrix.T @ place) / ubiquity / second  # so that place is the mean kind, no more and no less
    else:
        kind = vector / np.sqrt(ubiquity)
        place = (matrix @ kind) / diversity
    known = bool(np.ptp(diversity) > 0)
    correlation = float(np.corrcoef(place, diversity)[0, 1]) if known else 0.0
    sign = -1.0 if correlation < 0 else 1.0
    if (
        not known
    ):  # all alike: the first of the largest is positive, so that the same data give the same figures
        size = np.abs(place)
        sign = float(np.sign(place[np.flatnonzero(size >= size.max() * (1 - 1e-9))[0]]))
    mean, spread = place.mean(), place.std()
    eci, pci = np.full(present.sizes["region"], np.nan), np.full(present.sizes["industry"], np.nan)
    eci[rows] = sign * (place - mean) / spread
    pci[columns] = sign * (kind - mean) / spread
    return Spectrum(
        xr.DataArray(eci, {"region": present["region"]}, ("region",), "eci"),
        xr.DataArray(pci, {"industry": present["industry"]}, ("industry",), "pci"),
        float(second),
        float(third),
        abs(correlation),
    )


@dataclass(frozen=True)
class Complexity:
    """Every figure of one matrix of outputs: what `complexity_of` returns.

    `figures` holds advantage, presence, diversity, ubiquity, eci, pci, density, outlook and outlook_gain;
    `proximity` is apart because it is the one that is large.
    """

    figures: xr.Dataset
    proximity: xr.DataArray
    spectrum: Spectrum


def complexity_of(output: xr.DataArray, threshold: float = 1.0) -> Complexity:
    """Return advantage, presence, complexity, proximity, density and outlook of one matrix of outputs.

    Parameters
    ----------
    output : DataArray[region, industry]
        Output or exports of one year, any one unit, not negative and nowhere unknown.
    threshold : float
        Comparative advantage from which an industry counts as present.

    Raises
    ------
    StudyError
        As `comparative_advantage` and `spectrum`.
    """
    advantage = comparative_advantage(output)
    present = presence(advantage, threshold)
    found = spectrum(present)
    near = proximity(present)
    density = relatedness_density(present, near)
    coi, gain = outlook(present, near, density, found.pci)
    figures = xr.Dataset(
        {
            "advantage": advantage,
            "presence": present,
            "diversity": present.sum("industry"),
            "ubiquity": present.sum("region"),
            "eci": found.eci,
            "pci": found.pci,
            "density": density,
            "outlook": coi,
            "outlook_gain": gain,
        }
    )
    return Complexity(figures, near, found)


def proximity(present: xr.DataArray) -> xr.DataArray:
    r"""Proximity of two industries: how likely is one present where the other is, either way round.

    .. math:: \phi_{pq} = \min\{P(p | q), P(q | p)\} = \frac{\sum_c M_{cp} M_{cq}}{\max(u_p, u_q)}

    Parameters
    ----------
    present : DataArray[region, industry]
        M, 0 or 1.

    Returns
    -------
    DataArray[industry, industry_to], in [0, 1], symmetric, 1 on the diagonal; NaN for an industry that is
    present nowhere.

    References
    ----------
    Hidalgo, Klinger, Barabasi & Hausmann (2007), Science 317.
    """
    matrix = present.transpose("region", "industry").to_numpy()
    ubiquity = matrix.sum(axis=0)
    half = matrix.astype(
        np.float32
    )  # counts of regions are whole and small, so that half the width holds them
    counts = half.T @ half
    divisor = np.where(ubiquity > 0, ubiquity, np.nan)
    together = np.empty(counts.shape)
    for start in range(0, len(divisor), ROWS):
        at = slice(start, start + ROWS)
        np.divide(counts[at], np.maximum(divisor[at, None], divisor[None, :]), out=together[at])
    codes = present["industry"].to_numpy()
    return xr.DataArray(
        together, {"industry": codes, "industry_to": codes}, ("industry", "industry_to"), "proximity"
    )


def _known(near: xr.DataArray) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return proximities without unknown industries, which are known, and each one's total."""
    phi = near.to_numpy()
    known = np.isfinite(np.diagonal(phi))
    if not known.all():
        phi = np.where(known[:, None] & known[None, :], phi, 0.0)
    return phi, known, phi.sum(axis=0)


def relatedness_density(present: xr.DataArray, near: xr.DataArray) -> xr.DataArray:
    r"""Relatedness density: how much of what is near an industry does the region already have?

    .. math:: \omega_{cp} = \frac{\sum_q M_{cq} \phi_{pq}}{\sum_q \phi_{pq}}

    The industry itself counts as near to itself (:math:`\phi_{pp} = 1`), as in the original paper.

    Parameters
    ----------
    present : DataArray[region, industry]
    near : DataArray[industry, industry_to]
        `proximity` of the same industries.

    Returns
    -------
    DataArray[region, industry], share in [0, 1]; NaN for an industry that is present nowhere.

    References
    ----------
    Hidalgo, Klinger, Barabasi & Hausmann (2007), Science 317.
    """
    phi, known, total = _known(near)
    matrix = present.transpose("region", "industry")
    found = matrix.to_numpy() @ phi
    found /= np.where(known, total, np.nan)
    return matrix.copy(data=found).rename("density")


def outlook(
    present: xr.DataArray, near: xr.DataArray, density: xr.DataArray, pci: xr.DataArray
) -> tuple[xr.DataArray, xr.DataArray]:
    r"""Complexity outlook of each region, and what each absent industry would add to it.

    .. math:: COI_c = \sum_p \omega_{cp} (1 - M_{cp}) PCI_p

    .. math:: COG_{cp} = (1 - M_{cp}) \left[ \sum_q \frac{\phi_{pq}}{\sum_r \phi_{rq}} (1 - M_{cq}) PCI_q
              - (1 - \omega_{cp}) PCI_p \right]

    Parameters
    ----------
    present, density : DataArray[region, industry]
    near : DataArray[industry, industry_to]
    pci : DataArray[industry]
        Standardised complexity of industries.

    Returns
    -------
    pair (DataArray[region], DataArray[region, industry])
        In units of PCI. The gain is zero where the industry is present, NaN where its complexity is unknown.

    References
    ----------
    Hausmann, Hidalgo et al. (2014), The Atlas of Economic Complexity, technical boxes 2.2 and 2.4.
    """
    phi, known, total = _known(near)
    matrix = present.transpose("region", "industry")
    absent = 1.0 - matrix.to_numpy()
    worth = np.where(known, pci.to_numpy(), 0.0)
    here = np.where(known, density.transpose("region", "industry").to_numpy(), 0.0)
    index = (here * absent) @ worth
    gain = (absent * (worth / np.where(known, total, 1.0))) @ phi
    gain -= (1.0 - here) * worth
    gain *= absent
    gain[:, ~known] = np.nan
    empty = ~matrix.to_numpy().any(axis=1)
    index[empty] = np.nan
    coi = xr.DataArray(index, {"region": matrix["region"]}, ("region",), "outlook")
    return coi, matrix.copy(data=gain).rename("outlook_gain")
