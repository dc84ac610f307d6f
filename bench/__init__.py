# SPDX-License-Identifier: Apache-2.0
"""What the package costs on a Cortex-M7: see README.md."""
