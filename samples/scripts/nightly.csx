// A nightly redeployment: the whole deployment is deleted and created again from the packaged server.
//
//   fleetbridge script samples/scripts/nightly.csx --project MyGame.uproject --prefix nightly [minutes [seconds]]
//
// minutes  how long the fleet may take to become ACTIVE; 60 by default
// seconds  the pause between two checks of the fleet; 30 by default
//
// Prefix, profile, region, package folder and launch path come from the project and from options (--prefix, --region-name, …),
// which take precedence. Standard output is the new invoke URL and nothing else; the log goes to standard error.
// Exit codes: 0 deployed; 1 failed, 7 timed out (the last line of standard error says why); 130 cancelled by Ctrl-C.

if (!Settings.TryGetValue("prefix", out var prefix))
{
    return Stop("This script deletes a deployment, so it must be named: use --project or --prefix nightly.");
}

var limit = TimeSpan.FromMinutes(Number(0, 60));
Bridge.CheckInterval = TimeSpan.FromSeconds(Number(1, 30));

// 1. Nothing is deleted before it is certain that there is something to upload and that AWS responds.
var package = await Bridge.Check("packaged_build");
if (!package.Ok)
{
    return Stop($"Nothing was deleted. {package.Error}");
}

var old = await Bridge.Check("fleet");
if (old.State is null)
{
    return Stop($"Nothing was deleted. {old.Error}");
}

// GameLift deletes only fleets that are ACTIVE or in ERROR. A fleet that an earlier run has left unfinished becomes one of these too.
await Bridge.WaitUntil("fleet", check => check.State is "ACTIVE" or "ERROR" or "DELETING" or "ABSENT", limit);

// 2. What depends on another resource is deleted first. Deleting what does not exist succeeds; a delete that fails ends the script.
//    To keep the players' accounts and the invoke URL, remove user_pool, lambdas and rest_api from this list:
//    the creates below then connect the existing ones to the new fleet.
foreach (var resource in new[] { "session_api", "rest_api", "lambdas", "user_pool", "fleet", "uploaded_build" })
{
    await Bridge.Delete(resource);
}

// 3. What others depend on is created first. The create of the fleet returns once GameLift has accepted it, long before it is ACTIVE;
//    the Lambdas only have to know its id, so they and the APIs are created in the meantime.
foreach (var resource in new[] { "uploaded_build", "fleet", "user_pool", "lambdas" })
{
    await Bridge.Create(resource);
}

var api = await Bridge.Create("rest_api");
await Bridge.Create("session_api");

// 4. ERROR and ABSENT are final: waiting longer would not help. A check that could not reach AWS has no state, and is repeated.
var fleet = await Bridge.WaitUntil("fleet", check => check.State is "ACTIVE" or "ERROR" or "ABSENT", limit);
if (!fleet.Ok)
{
    return Stop($"The deployment {prefix} has no servers. {fleet.Error}");
}

Console.WriteLine(api["Invoke URL"]);
return 0;

int Stop(string why)
{
    Log.LogError("{Why}", why);
    return 1;
}

double Number(int at, double usual) => Args.Count > at ? double.Parse(Args[at]) : usual;
