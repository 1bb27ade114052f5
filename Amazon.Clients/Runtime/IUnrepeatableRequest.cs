namespace Amazon.Clients.Runtime;

/// <summary>
/// A request that creates something under a name that may repeat, without a token that would distinguish a repetition from a
/// second request (the services' models), or one that adds to a list and removes from it. It is not sent again when its
/// response was lost.
/// </summary>
internal interface IUnrepeatableRequest;
