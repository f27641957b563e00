"""Red cells: they take their magnesium when they are made and follow plasma over weeks."""

from epsom.physiology.builder.organ import Organ
from epsom.physiology.builder.patterns import elastic_pool

organ = Organ("blood_cells", "Red cells follow plasma over weeks and in part.")

elastic_pool(organ, "red_cells", "magnesium of red cells", usual=5.0)


@organ.reading("mmol/L")
def red_cell_magnesium(red_cells, red_cells_reference, red_cell_concentration):
    """Magnesium per volume of red cells."""
    return red_cell_concentration * red_cells / red_cells_reference
