-- SPDX-License-Identifier: EUPL-1.2
-- From staging into the immutable lines: $1 declaratie, $2 aanbieder.

INSERT INTO declaratieregel
SELECT $1, regelnummer, $2, referentie, toewijzing_nummer, mijlpaal, begindatum, einddatum,
       bedrag_centen, debet_credit = 'credit', vorige_referentie
FROM aanlevering
