// A nightly redeploy: everything of the deployment is deleted and made anew from the packaged server.
//
//   fleetbridge script samples/scripts/nightly.csx --project MyGame.uproject --prefix nightly [minutes [seconds]]
//
// minutes  how long the fleet may take to become ACTIVE (60)
// seconds  how long to wait between two looks at it (30)
//
// Prefix, profile, region, package folder and launch path come from the project and from options (--prefix, --region-name, …),
// which count first. Standard output is the new invoke URL and nothing else: the log goes to standard error.
// Exit codes: 0 deployed; 1 not, 7 not in time (the last line of standard error says why); 130 ended by Ctrl-C.

if (!Settings.TryGetValue("prefix", out var prefix))
{
    return Stop("No deployment is named, and this script deletes one. Name it with --project or with --prefix nightly.");
}

var limit = TimeSpan.FromMinutes(Number(0, 60));
Bridge.LookInterval = TimeSpan.FromSeconds(Number(1, 30));

// 1. Nothing is deleted before it is sure that there is something to upload, and that AWS answers.
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

// GameLift deletes only fleets that are ACTIVE or in ERROR. One that a run before this one has left half way gets there too.
await Bridge.WaitUntil("fleet", look => look.State is "ACTIVE" or "ERROR" or "DELETING" or "ABSENT", limit);

// 2. What needs another part goes first. A delete where nothing is left succeeds; one that fails ends the script.
//    To keep the players' accounts and the invoke URL, take user_pool, lambdas and rest_api out of this list:
//    the creates below then lead what is there to the new fleet.
foreach (var part in new[] { "rest_api", "lambdas", "user_pool", "fleet", "uploaded_build" })
{
    await Bridge.Delete(part);
}

// 3. What is needed comes first. The create of the fleet returns once GameLift has accepted it, long before it is ACTIVE;
//    the Lambdas only have to know its id, so they and the REST API are made while it comes up.
foreach (var part in new[] { "uploaded_build", "fleet", "user_pool", "lambdas" })
{
    await Bridge.Create(part);
}

var api = await Bridge.Create("rest_api");

// 4. ERROR and ABSENT are for good: waiting on would not help. A check that could not ask AWS has no state, and is repeated.
var fleet = await Bridge.WaitUntil("fleet", look => look.State is "ACTIVE" or "ERROR" or "ABSENT", limit);
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
