# SPDX-License-Identifier: EUPL-1.2
"""What the service tells of itself: a log, measures and traces. No personal data is in any."""
