-- SPDX-License-Identifier: EUPL-1.2
-- The work table of one settlement: private to the connection, empty again after each commit.

CREATE TEMP TABLE IF NOT EXISTS vonnis (
    regelnummer integer,
    uitkomst text,
    redenen text[],
    credit boolean,
    toewijzing_nummer integer,
    termijn smallint,
    beurt smallint,
    begindatum date,
    einddatum date,
    bedrag_centen bigint,
    inwoner_id bigint,
    woonplaats text,
    betaler text,
    profiel_id integer,
    wet text
) ON COMMIT DELETE ROWS;
