namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>
/// A request for something that the service would make a second time, under the same name, and without a token that would
/// tell a repetition from a second wish (the services' models), or one that adds to a list and takes from it: it is not sent
/// again when its answer was lost.
/// </summary>
internal interface IUnrepeatableRequest;
