using System.Globalization;
using System.Net;
using Floor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// floor <http port> <websocket port> <bytes of the constant> [fleet]
var ports = args.Take(2).Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
var constant = Constant.Json(int.Parse(args[2], CultureInfo.InvariantCulture));

// The barest builder that ASP.NET Core has; CreateSlimBuilder adds configuration, logging and routing, and starts later.
var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    foreach (var port in ports)
    {
        kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
    }
});
await using var app = builder.Build();
var fleet = args.Length > 3 ? new FleetStub(constant.Length) : null;
app.Run(fleet is not null ? fleet.HandleAsync : context => context.Connection.LocalPort == ports[1] ? Push.HandleAsync(context) : Constant.AnswerAsync(context, constant));
await app.RunAsync();
