import { byItem, byUser, type Groups, type Ratings } from "./ratings";

/** How many ratings each item has, by index; 0 for one that nobody rated. */
export const countByItem = (ratings: Ratings): Int32Array => sizes(byItem(ratings));

/** How many ratings each user gave, by index. */
export const countByUser = (ratings: Ratings): Int32Array => sizes(byUser(ratings));

const sizes = ({ start }: Groups): Int32Array => start.subarray(1).map((end, k) => end - start[k]);
