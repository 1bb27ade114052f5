namespace Backends.Aws.Services.Runtime;

/// <summary>
/// A request for something that the service would make a second time, under the same name: it is not sent again when its
/// answer was lost, since the first one may be there.
/// </summary>
internal interface IUnrepeatableRequest;
