# SPDX-License-Identifier: Apache-2.0
"""Clients of other libraries, measured as the package is: see README.md."""
