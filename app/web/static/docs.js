// SPDX-License-Identifier: EUPL-1.2
// Shows the document of this very service: requests tried out go to where the page came from.
"use strict";

async function show() {
  const place = document.getElementById("docs");
  const answer = await fetch("/v1/openapi.json");
  if (!answer.ok) {
    place.textContent = "De OpenAPI-beschrijving is niet op te halen.";
    return;
  }
  const spec = await answer.json();
  spec.servers = [{ url: `${window.location.origin}/v1` }];
  SwaggerUIBundle({
    spec,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
}

show();
