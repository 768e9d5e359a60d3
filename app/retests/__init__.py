"""复检: applications, feasibility, the drawn laboratory, the result that is final."""
