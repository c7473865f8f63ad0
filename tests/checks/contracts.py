# SPDX-License-Identifier: EUPL-1.2
"""An import-linter contract: some packages import the standard library and themselves only."""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class StandardLibraryOnly(Contract):
    """The packages named may import one another; everything else must come with Python."""

    packages: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        strays = sorted(
            f"{module} imports {imported}"
            for package in self.packages
            for module in {package, *graph.find_descendants(package)}
            for imported in graph.find_modules_directly_imported_by(module)
            if not self._is_allowed(imported)
        )
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for stray in check.metadata["strays"]:
            output.print_error(stray)

    def _is_allowed(self, imported: str) -> bool:
        within = any(f"{imported}.".startswith(f"{package}.") for package in self.packages)
        return within or imported.partition(".")[0] in sys.stdlib_module_names
