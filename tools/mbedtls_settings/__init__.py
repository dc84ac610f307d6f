# SPDX-License-Identifier: Apache-2.0
"""The package's settings: Kconfig, profiles, and the macros of the manual."""
