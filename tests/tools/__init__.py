# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/, whose name this folder has as well: `tools` stands for both."""
import pkgutil

__path__ = pkgutil.extend_path(__path__, __name__)
