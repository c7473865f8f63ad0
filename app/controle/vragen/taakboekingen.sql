-- SPDX-License-Identifier: EUPL-1.2
-- Each boeking of a task is of an instalment that was due, and those before it are booked too.

SELECT 'taakopdracht ' || b.taakopdracht_nummer || ' gemeente ' || b.gemeente || ' termijn '
       || b.volgnummer AS waar,
       CASE WHEN t.volgnummer IS NULL THEN 'is geboekt en bestaat niet'
            WHEN b.geboekt <> b.volgnummer THEN 'is geboekt en een eerdere niet'
            ELSE 'is geboekt voor de vervaldatum' END AS bevinding
FROM (
    SELECT *, count(*) OVER (PARTITION BY taakopdracht_nummer, gemeente ORDER BY volgnummer)
                  AS geboekt
    FROM taakboeking
) b
LEFT JOIN taaktermijn t USING (taakopdracht_nummer, gemeente, volgnummer)
WHERE t.volgnummer IS NULL OR b.geboekt <> b.volgnummer
   OR (b.geboekt_op AT TIME ZONE 'Europe/Amsterdam')::date < t.vervaldatum
