using FleetBridge.Gateway.Rights;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Page;

/// <summary>What a browser gets from the gateway, besides its WebSocket. Host, Origin and fetch metadata have been checked before.</summary>
internal interface IGatewayPage
{
    /// <summary>Responds to a request, if it is for the page.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whether it was.</returns>
    Task<bool> TryHandleAsync(HttpContext context);
}

/// <summary>Who has opened the page: links that are valid once, and the cookies that they are exchanged for.</summary>
internal interface IPageSessions
{
    /// <summary>The token of a new link, <c>/login?t=…</c>, which gives an admin's session.</summary>
    string NewLink();

    /// <summary>Whose session a request's cookie is; null for none.</summary>
    Identity? Find(HttpContext context);
}
